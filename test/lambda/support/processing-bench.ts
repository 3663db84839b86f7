import { unmarshall } from '@aws-sdk/util-dynamodb';
import { holdRecord, type HoldRecord } from '../../../lambda/shared/hold';
import type { RuleRole } from '../../../lambda/shared/processing/rules';
import {
  solutionOf,
  type SolutionDescription,
  type SolutionProject,
  type SolutionStateMachine,
} from '../../../rehearsal/aws/cloudformation/solution-stacks';
import { EmrServerless } from '../../../rehearsal/aws/emr-serverless/emr-serverless';
import { EventBridge } from '../../../rehearsal/aws/events/events';
import type { EventRule, RuleState } from '../../../rehearsal/aws/events/rule';
import type { PolicyDocument } from '../../../rehearsal/aws/iam/iam';
import type { ForeignWork } from '../../../rehearsal/engine';
import { clearExpiredWorkflow } from '../../../rehearsal/world/clear-expired-workflow';
import { DataProcessing } from '../../../rehearsal/world/data-processing';
import { loadWorkflow } from '../../../rehearsal/world/load-workflow';
import { scanWorkflow } from '../../../rehearsal/world/scan-workflow';
import { ACCOUNT } from '../../rehearsal/aws/door-harness';
import { CONSOLE_REGION, described, PIPELINE_REGION, SolutionBench } from '../../rehearsal/solution/solution-bench';
import { waits } from '../../../rehearsal/world/waits';

const PROJECT = 'project1';

/** The bench's project, without Redshift. */
export function withoutWarehouse(changes: Partial<SolutionProject> = {}): Partial<SolutionDescription> {
  const projects = described().projects.map((project) => {
    const copy = { ...project, ...changes };
    delete copy.redshift;
    return copy;
  });
  return { projects };
}

type Kind = SolutionStateMachine['kind'];

/** Data processing of one project with everything around it, and the steps that pause and resume it. */
export class ProcessingBench extends SolutionBench {
  readonly events: EventBridge;
  readonly emr: EmrServerless;
  readonly processing: DataProcessing;
  /** While set, a run of the load workflow fails with it. */
  loadFailure: string | undefined;

  constructor(policy: PolicyDocument, changes: Parameters<typeof described>[0] = {}) {
    // Hooks are called long after the bench is made.
    const made: { bench?: ProcessingBench } = {};
    super(described(changes), policy, {
      onStackUpdated: (...update) => made.bench?.processing.pipelineUpgraded(...update),
      registerMachines: (machines) => made.bench?.registerMachines(machines),
    });
    made.bench = this;
    const { clock } = this.account;
    // Small pages: every list has more than one.
    this.events = new EventBridge(clock, 1);
    this.emr = new EmrServerless(clock, 1);
    this.processing = new DataProcessing({
      clock,
      description: this.description,
      events: this.events,
      emr: this.emr,
      startExecution: (stateMachineArn) => void this.engine.startExecution({ stateMachineArn }),
    });
    this.services.push(this.events, this.emr);
  }

  override async open(): Promise<this> {
    this.registerMachines(solutionOf(this.description).stateMachines.filter(({ projectId }) => projectId === PROJECT));
    return super.open();
  }

  /** The rule of a role, as EventBridge has it. */
  rule(role: RuleRole): EventRule {
    const part = { schedule: 'jobSubmitterScheduler', 'clear-expired': 'ClearExpiredEventsScheduleRule' }[role];
    const rule = this.processing.of(PROJECT).rules.find(({ logicalId }) => logicalId.includes(part));
    const found = rule === undefined ? undefined : this.events.find(rule.region, rule.name);
    if (found === undefined) throw new Error(`There is no rule for ${role}`);
    return found;
  }

  ruleStates(): RuleState[] {
    return [this.rule('schedule').state, this.rule('clear-expired').state];
  }

  async hold(role: RuleRole): Promise<HoldRecord | undefined> {
    const items = await this.dynamoDb.items(CONSOLE_REGION, 'state');
    const key = `hold/rule/${PIPELINE_REGION}/${this.pipelineId}/${role}`;
    const found = items
      .map((item) => unmarshall(item as Parameters<typeof unmarshall>[0]))
      .find(({ pk }) => pk === key);
    return found === undefined ? undefined : holdRecord.parse(found);
  }

  /** The application that jobs are submitted to now. */
  get applicationId(): string {
    return this.processing.of(PROJECT).applications[0]?.id ?? '';
  }

  applicationState(id = this.applicationId): string | undefined {
    return this.emr.find(PIPELINE_REGION, id)?.state(this.account.clock.now());
  }

  /** One that was started by hand, and that nothing stops, unless told otherwise. */
  addStarted(id: string, changes: { name?: string; idleTimeoutMinutes?: number } = {}): void {
    const createdMs = this.account.clock.now();
    const arn = `arn:aws:emr-serverless:${PIPELINE_REGION}:${ACCOUNT}:/applications/${id}`;
    const name = `Clickstream-${PROJECT}`;
    this.emr.add({ region: PIPELINE_REGION, id, name, arn, createdMs, ...changes }).start(createdMs);
  }

  machineArn(kind: Kind): string {
    const machine = solutionOf(this.description).stateMachines.find((one) => one.kind === kind);
    return machine?.arn ?? '';
  }

  /** Executions of a workflow, the oldest first. */
  runs(kind: Kind): { name: string; status: string }[] {
    const { executions } = this.engine.listExecutions({ stateMachineArn: this.machineArn(kind) });
    return executions.map(({ name, status }) => ({ name: String(name), status: String(status) })).reverse();
  }

  start(kind: Kind): void {
    this.engine.startExecution({ stateMachineArn: this.machineArn(kind) });
  }

  /** The pipeline at a version, as far as data processing goes. */
  upgrade(version: string): void {
    for (const type of ['DataProcessing', 'DataModelingRedshift']) {
      this.processing.pipelineUpgraded(PROJECT, type, version);
    }
  }

  private registerMachines(machines: readonly SolutionStateMachine[]): void {
    for (const { kind, arn, name } of machines) {
      this.engine.registerForeignMachine({ arn, name, run: this.workOf(kind, arn) });
    }
  }

  private workOf(kind: Kind, arn: string): ForeignWork {
    const { clock } = this.account;
    const running = (): string[] =>
      this.engine
        .listExecutions({ stateMachineArn: arn, statusFilter: 'RUNNING' })
        .executions.map(({ executionArn }) => String(executionArn));
    switch (kind) {
      case 'load-data': {
        const { pending } = this.processing;
        const startScan = (): void => this.start('scan-metadata');
        const load = loadWorkflow({ clock, projectId: PROJECT, pending, running, startScan });
        return (input, call) => {
          if (this.loadFailure === undefined) return load(input, call);
          return Promise.reject(Object.assign(new Error(), { error: 'LoadFailed', cause: this.loadFailure }));
        };
      }
      case 'scan-metadata':
        return scanWorkflow({ clock });
      case 'clear-expired':
        return clearExpiredWorkflow({ clock });
      default:
        return async (_input, { signal }) => {
          await waits(clock, 10 * 60_000, signal);
          return {};
        };
    }
  }
}
