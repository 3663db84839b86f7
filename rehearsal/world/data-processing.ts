import {
  solutionOf,
  type SolutionDescription,
  type SolutionProcessing,
  type SolutionRule,
} from '../aws/cloudformation/solution-stacks';
import type { EmrServerless, JobRun } from '../aws/emr-serverless/emr-serverless';
import type { EventBridge } from '../aws/events/events';
import type { RuleTarget } from '../aws/events/rule';
import type { VirtualClock } from '../clock';
import { PendingFiles } from './pending-files';

export interface DataProcessingOptions {
  clock: VirtualClock;
  /** The world as it is before an upgrade. */
  description: SolutionDescription;
  events: EventBridge;
  emr: EmrServerless;
  /** Starts an execution of a state machine of the solution's. */
  startExecution: (stateMachineArn: string) => void;
}

/** How long a job of the schedule runs. */
const JOB_MS = 20 * 60_000;
const FILES_OF_A_JOB = 12;

/**
 * The life of data processing in every project: the schedule submits jobs, a job leaves files, its success starts the load of
 * them, where a rule that knows its application is enabled.
 * Source: awslabs/clickstream-analytics-on-aws, data-pipeline.ts, load-ods-data-workflow.ts
 */
export class DataProcessing {
  readonly pending = new PendingFiles();
  private readonly current = new Map<string, SolutionProcessing>();

  constructor(private readonly options: DataProcessingOptions) {
    const { description, events, emr } = options;
    for (const processing of solutionOf(description).processing) this.current.set(processing.projectId, processing);
    events.connect((target) => this.deliver(target));
    emr.connect(({ region, id }, job) => this.ended(region, id, job));
    for (const { rules, applications } of this.current.values()) {
      rules.forEach((rule) => events.put(ruleOf(rule)));
      applications.forEach((application) => emr.add(application));
    }
  }

  /** What a project's data processing is now. */
  of(projectId: string): SolutionProcessing {
    const found = this.current.get(projectId);
    if (found === undefined) throw new Error(`Project ${projectId} has no data processing`);
    return found;
  }

  /** Submits a job to a project's application, as its schedule does. */
  submitJob(projectId: string, job: { runsForMs?: number; outcome?: JobRun['outcome'] } = {}): JobRun {
    const [application] = this.of(projectId).applications;
    if (application === undefined) throw new Error(`Project ${projectId} has no application`);
    const { region, id } = application;
    return this.options.emr.submit(region, id, { name: `${projectId}-job`, runsForMs: JOB_MS, ...job });
  }

  /**
   * A stack of a project's is of another version now. CloudFormation writes its rules as the template has them, enabled; the
   * stack of data processing has a new application, and tries to delete the one before, which only a stopped one allows.
   * Source: awslabs/clickstream-analytics-on-aws, emr-serverless-app/index.ts; fits `SolutionLifeHooks.onStackUpdated`
   */
  pipelineUpgraded(projectId: string, stackType: string, version: string): void {
    const before = this.current.get(projectId);
    const after = this.processingAt(projectId, version);
    if (before === undefined || after === undefined) return;
    const { events, emr, clock } = this.options;
    const isRule = (rule: SolutionRule): boolean => rule.stackType === stackType;
    for (const rule of before.rules.filter(isRule)) {
      if (!after.rules.some(({ name }) => name === rule.name)) events.remove(rule.region, rule.name);
    }
    after.rules.filter(isRule).forEach((rule) => events.put(ruleOf(rule)));
    if (stackType !== 'DataProcessing') return;
    for (const application of after.applications) {
      if (emr.find(application.region, application.id) !== undefined) continue;
      emr.add({ ...application, createdMs: clock.now() });
      for (const { region, id } of before.applications) emr.delete(region, id);
    }
    this.current.set(projectId, after);
  }

  private processingAt(projectId: string, version: string): SolutionProcessing | undefined {
    const { description } = this.options;
    const projects = description.projects.map((project) =>
      project.projectId === projectId ? { ...project, version } : project,
    );
    return solutionOf({ ...description, projects }).processing.find((one) => one.projectId === projectId);
  }

  /** Targets are the job submitters and the solution's workflows; what else is called does nothing that matters here. */
  private deliver({ arn }: RuleTarget): void {
    if (arn.includes(':states:')) {
      this.options.startExecution(arn);
      return;
    }
    for (const { projectId, submitterArn } of this.current.values()) {
      if (submitterArn === arn) this.submitJob(projectId);
    }
  }

  /** Every application of a project has its name; those of earlier versions too. */
  private ended(region: string, applicationId: string, { id, outcome }: JobRun): void {
    const { events, emr } = this.options;
    const name = emr.find(region, applicationId)?.is.name;
    for (const { projectId, applications, region: its } of this.current.values()) {
      if (outcome === 'SUCCESS' && its === region && applications.some((application) => application.name === name)) {
        this.pending.add(projectId, FILES_OF_A_JOB);
      }
    }
    events.publish({
      region,
      source: 'aws.emr-serverless',
      detailType: 'EMR Serverless Job Run State Change',
      detail: { applicationId, jobRunId: id, state: outcome },
    });
  }
}

function ruleOf({ region, name, arn, state, targets, scheduleExpression, eventPattern }: SolutionRule) {
  return {
    region,
    name,
    arn,
    state,
    targets,
    ...(scheduleExpression === undefined ? {} : { scheduleExpression }),
    ...(eventPattern === undefined ? {} : { eventPattern }),
  };
}
