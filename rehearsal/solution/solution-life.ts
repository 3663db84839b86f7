import { solutionOf, type SolutionDescription, type SolutionProject } from '../aws/cloudformation/solution-stacks';
import { stackDetail } from '../aws/cloudformation/solution/metadata';
import { SolutionNames } from '../aws/cloudformation/solution/naming';
import type { StackUpdates, TemplateCatalogue } from '../aws/cloudformation/stack-update';
import type { SimulatedStack, StackRegistry } from '../aws/cloudformation/stacks';
import type { DynamoDb } from '../aws/dynamodb/dynamodb';
import type { LambdaApi } from '../aws/lambda/functions-api';
import type { VirtualClock } from '../clock';
import type { StepFunctionsEngine } from '../engine';
import { ConsoleApi } from './api/console-api';
import { ConsoleFront } from './api/https-front';
import { TokenIssuer, type Claims } from './api/identity';
import { ConsoleLife } from './console-life';
import { ConsoleStore, type ExecutionDetail, type PipelineItem, type StackDetail } from './console-store';
import { PipelineLife, type SolutionLifeHooks } from './pipeline-life';
import { progressOf } from './pipeline-status';
import { stackWorkflow } from './workflow';
import { templateFile, type StackInput, type WorkflowNode } from './workflow-tree';

export interface SolutionLifeOptions {
  clock: VirtualClock;
  /** The deployment as it is at the start; what changes later is changed in a copy. */
  description: SolutionDescription;
  /** Holds the solution's stacks already. */
  registry: StackRegistry;
  updates: StackUpdates;
  lambda: LambdaApi;
  /** Holds the console's tables already. */
  dynamoDb: DynamoDb;
  engine: StepFunctionsEngine;
  hooks?: SolutionLifeHooks;
}

/** What the solution does by itself: its console is upgraded, its API answers, its workflow upgrades pipelines. */
export class SolutionLife {
  readonly console: ConsoleLife;
  readonly api: ConsoleApi;
  private readonly description: SolutionDescription;
  private readonly names: SolutionNames;
  private readonly store: ConsoleStore;
  private readonly issuer: TokenIssuer;
  private readonly front: ConsoleFront;
  private readonly pipelines = new Map<string, PipelineLife>();

  constructor(private readonly options: SolutionLifeOptions) {
    const { clock, description, dynamoDb, registry, updates, hooks = {} } = options;
    this.description = copyOf(description);
    this.names = new SolutionNames(this.description);
    this.store = new ConsoleStore(dynamoDb, this.description);
    this.issuer = new TokenIssuer(() => clock.now());
    for (const { projectId } of this.description.projects) {
      const life = new PipelineLife(projectId, { clock, description: this.description, registry, updates, hooks });
      this.pipelines.set(projectId, life);
    }
    this.console = new ConsoleLife({
      clock,
      store: this.store,
      description: this.description,
      onUpdated: () => this.register(),
    });
    this.api = new ConsoleApi({
      store: this.store,
      issuer: this.issuer,
      behindLoadBalancer: this.behindLoadBalancer,
      now: () => clock.now(),
      version: () => this.description.console.version,
      pipelineIdOf: (projectId) => this.pipelineIdOf(projectId),
      stackInputs: (record, version) => this.stackInputs(record, version),
      stackDetails: (record) => this.stackDetails(record),
      start: (name, workflow) => this.start(name, workflow),
      executionStatus: (executionArn) => String(options.engine.describeExecution({ executionArn })['status']),
      onTimezone: (projectId, appId, timezone) => this.setTimezone(projectId, appId, timezone),
    });
    this.front = new ConsoleFront({
      clock,
      api: this.api,
      issuer: this.issuer,
      behindLoadBalancer: this.behindLoadBalancer,
    });
    this.register();
  }

  /** Templates that CloudFormation can fetch for the console. */
  get templates(): TemplateCatalogue {
    return (url) => this.console.template(url);
  }

  /** Life of a project's pipeline, for scenarios that want something to go wrong. */
  pipeline(projectId: string): PipelineLife {
    const life = this.pipelines.get(projectId);
    if (life === undefined) throw new Error(`There is no project ${projectId}`);
    return life;
  }

  /** A token of the console's identity provider. */
  token(claims: Claims, lifeSeconds?: number): string {
    return this.issuer.issue(claims, lifeSeconds);
  }

  /** Serves the API over HTTP, and makes the URL the console's output ControlPlaneURL. */
  async listen(): Promise<string> {
    const url = await this.front.listen();
    const { region, stackName } = this.description.console;
    const output = this.options.registry.find(region, stackName)?.outputs.find(({ key }) => key === 'ControlPlaneURL');
    if (output !== undefined) output.value = url;
    return url;
  }

  close(): Promise<void> {
    return this.front.close();
  }

  private get behindLoadBalancer(): boolean {
    return this.description.console.variant === 'private-vpc';
  }

  /** The console's function and machine as this version has them. */
  private register(): void {
    const { lambda, engine, clock, registry } = this.options;
    const { functions, stateMachines } = solutionOf(this.description);
    for (const fn of functions) lambda.register({ ...fn, run: (event) => this.api.handleEvent(event) });
    const machine = stateMachines.find(({ kind }) => kind === 'stack-workflow');
    if (machine === undefined) return;
    const work = stackWorkflow({
      clock,
      registry,
      lifeOf: (stackName) => this.pipeline(this.projectOf(stackName).projectId),
      onStackStatus: (stackName) => this.onStackStatus(stackName),
    });
    engine.registerForeignMachine({ arn: machine.arn, name: machine.name, tags: machine.tags, run: work });
  }

  private projectOf(stackName: string): SolutionProject {
    const project = this.description.projects.find((candidate) =>
      stackName.endsWith(`-${this.names.pipelineId(candidate)}`),
    );
    if (project === undefined) throw new Error(`${stackName} belongs to no project`);
    return project;
  }

  private pipelineIdOf(projectId: string): string | undefined {
    const project = this.description.projects.find((candidate) => candidate.projectId === projectId);
    return project === undefined ? undefined : this.names.pipelineId(project);
  }

  private stacksOf(projectId: string): SimulatedStack[] {
    const project = this.description.projects.find((candidate) => candidate.projectId === projectId);
    if (project === undefined) return [];
    return this.options.registry
      .inRegion(project.region)
      .filter(
        ({ tags, parentId, status }) =>
          tags['aws-solution/clickstream/project'] === projectId &&
          parentId === undefined &&
          status !== 'DELETE_COMPLETE',
      );
  }

  private stackDetails({ projectId }: PipelineItem): StackDetail[] {
    return this.stacksOf(projectId).map((stack) => stackDetail(stack) as unknown as StackDetail);
  }

  /** Template addresses come from the dictionary, the version in the tags from the function's environment. */
  private async stackInputs({ projectId, region }: PipelineItem, wanted?: string): Promise<StackInput[]> {
    const dictionary = await this.store.solutionDictionary();
    const { name, dist_output_bucket, bucket_region, url_suffix, prefix } = dictionary;
    const version = wanted ?? dictionary['version'];
    const tagged = wanted ?? this.description.console.version;
    const base = `https://${String(dist_output_bucket)}.s3.${String(bucket_region)}.${String(url_suffix)}`;
    return this.stacksOf(projectId).map(({ stackName, tags }) => ({
      Action: 'Upgrade',
      Region: region,
      StackName: stackName,
      TemplateURL: `${base}/${String(name)}/${String(version)}/${String(prefix)}${templateFile(stackName)}`,
      Tags: Object.entries({ ...tags, 'aws-solution/version': tagged }).map(([Key, Value]) => ({ Key, Value })),
    }));
  }

  private start(name: string, workflow: WorkflowNode): string {
    const { engine } = this.options;
    const machine = solutionOf(this.description).stateMachines.find(({ kind }) => kind === 'stack-workflow');
    const { executionArn } = engine.startExecution({
      stateMachineArn: machine?.arn ?? '',
      name,
      input: JSON.stringify(workflow),
    });
    void engine.waitForEnd(executionArn).then(() => this.onExecutionEnd(executionArn, name));
    return executionArn;
  }

  /** Listeners know the execution that the record names, and no other. */
  private async onExecutionEnd(executionArn: string, name: string): Promise<void> {
    const [, pipelineId = ''] = name.split('-');
    const project = this.description.projects.find((candidate) => this.names.pipelineId(candidate) === pipelineId);
    if (project === undefined) return;
    const status = String(this.options.engine.describeExecution({ executionArn })['status']);
    await this.changed(project.projectId, (record) => {
      const { execution } = progressOf(record);
      if (execution?.name !== name) return {};
      const executionDetail: ExecutionDetail = { ...execution, status };
      return { executionDetail };
    });
  }

  private async onStackStatus(stackName: string): Promise<void> {
    const { projectId } = this.projectOf(stackName);
    await this.changed(projectId, (record) => ({ stackDetails: this.stackDetails(record) }));
  }

  /** What a listener writes. Source: awslabs/clickstream-analytics-on-aws, listen-stack-status, listen-state-status */
  private async changed(projectId: string, change: (record: PipelineItem) => Partial<PipelineItem>): Promise<void> {
    const { clock } = this.options;
    const release = clock.hold();
    try {
      await this.store.changePipeline(projectId, this.pipelineIdOf(projectId) ?? '', (record) => ({
        ...record,
        ...change(record),
        updateAt: clock.now(),
      }));
    } finally {
      release();
    }
  }

  private setTimezone(projectId: string, appId: string, timezone: string): void {
    const app = this.description.projects
      .find((project) => project.projectId === projectId)
      ?.apps.find((candidate) => candidate.appId === appId);
    if (app !== undefined) app.timezone = timezone;
  }
}

/** Pipelines keep their version when the console's changes. */
function copyOf(description: SolutionDescription): SolutionDescription {
  const copy = structuredClone(description);
  for (const project of copy.projects) project.version ??= copy.console.version;
  return copy;
}
