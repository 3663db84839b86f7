import type { SolutionDescription, SolutionStateMachine } from '../aws/cloudformation/solution-stacks';
import { solutionOf } from '../aws/cloudformation/solution-stacks';
import type { StackFailure, StackUpdate, StackUpdates } from '../aws/cloudformation/stack-update';
import type { SimulatedStack, StackRegistry, StackStatus } from '../aws/cloudformation/stacks';
import type { VirtualClock } from '../clock';
import { resourceChanges } from './resource-changes';
import { stackType, type StackInput } from './workflow-tree';

/** What a scenario wants to happen to a pipeline's next updates. */
export interface PipelinePlan {
  /** By stack type: resources that fail, once. Of a stack that nests one, they are resources of the nested stack. */
  failures?: Record<string, readonly StackFailure[]>;
  /** Types whose rollback fails as well. */
  rollbackFails?: readonly string[];
  /** Types whose update takes this long instead. */
  seconds?: Record<string, number>;
}

export interface PipelineLifeOptions {
  clock: VirtualClock;
  /** The world as it is. */
  description: SolutionDescription;
  registry: StackRegistry;
  updates: StackUpdates;
  hooks: SolutionLifeHooks;
}

export interface SolutionLifeHooks {
  /** A stack's resources are those of the new version; nothing old is deleted yet. */
  onStackUpdated?(projectId: string, stackType: string, version: string): void | Promise<void>;
  /** What the new version has superseded is deleted now. */
  onStackCleanedUp?(projectId: string, stackType: string, version: string): void | Promise<void>;
  /** State machines that stand in a stack now; some of them may be new. */
  registerMachines?(machines: readonly SolutionStateMachine[]): void;
}

/** A pipeline's stacks when they are taken to another version. */
export class PipelineLife {
  private planned: PipelinePlan = {};

  constructor(
    private readonly projectId: string,
    private readonly options: PipelineLifeOptions,
  ) {}

  /** Changes what the next updates do. */
  plan(plan: PipelinePlan): void {
    this.planned = { ...this.planned, ...plan };
  }

  /**
   * Begins the update of one stack, and of those nested in it.
   *
   * @returns the status in which it ends
   * @throws AwsError ValidationError where the stack's status does not allow it
   */
  async update(stack: SimulatedStack, input: StackInput): Promise<StackStatus> {
    const { updates, registry } = this.options;
    const type = stackType(stack.stackName);
    // The template is the one of the URL, whatever version the tags tell.
    const target = this.stacksAt(versionOf(input.TemplateURL));
    const next = target.find(({ stackName }) => stackName === stack.stackName) ?? stack;
    const tags = Object.fromEntries(input.Tags.map(({ Key, Value }) => [Key, Value]));
    const nested = registry.inRegion(stack.region).filter(({ parentId, status }) => {
      return parentId === stack.stackId && status !== 'DELETE_COMPLETE';
    });
    const failures = this.takeFailures(type);
    const seconds = this.planned.seconds?.[type] ?? SECONDS[type] ?? 120;
    const rollbackFails = this.planned.rollbackFails?.includes(type) === true && failures.length > 0;
    const common = { seconds, cleanupSeconds: CLEANUP_SECONDS, rollbackFails };
    const own: StackUpdate = {
      ...common,
      changes: resourceChanges(stack, next),
      next: {
        description: next.description,
        parameters: next.parameters,
        outputs: next.outputs,
        resources: next.resources,
        tags,
      },
      ...(failures.length === 0
        ? {}
        : { failures: nested[0] === undefined ? failures : [embedded(stack, nested[0], failures)] }),
      onUpdated: () => this.become(stack, target, input),
      onCleanedUp: () => this.cleanUp(stack, target, input),
    };
    const end = updates.begin(stack, own);
    // Refused: nothing of it begins.
    if (stack.status !== 'UPDATE_IN_PROGRESS') return end;
    const inner = nested.map((child) => {
      const after = target.find(({ stackId }) => stackId === child.stackId) ?? child;
      return updates.begin(child, {
        ...common,
        changes: resourceChanges(child, after),
        next: { outputs: after.outputs, parameters: after.parameters, resources: after.resources, tags },
        seconds: Math.max(1, seconds - NESTED_HEAD_START_SECONDS),
        ...(failures.length === 0 ? {} : { failures }),
      });
    });
    const [status] = await Promise.all([end, ...inner]);
    return status;
  }

  private takeFailures(type: string): readonly StackFailure[] {
    const { failures = {} } = this.planned;
    const taken = failures[type] ?? [];
    this.planned = { ...this.planned, failures: { ...failures, [type]: [] } };
    return taken;
  }

  /** Every stack of this project as that version makes it. */
  private stacksAt(version: string): SimulatedStack[] {
    return this.solutionAt(version).stacks.filter(
      ({ tags }) => tags['aws-solution/clickstream/project'] === this.projectId,
    );
  }

  private solutionAt(version: string): ReturnType<typeof solutionOf> {
    const { description } = this.options;
    const projects = description.projects.map((project) =>
      project.projectId === this.projectId ? { ...project, version } : project,
    );
    return solutionOf({ ...description, projects });
  }

  /** Nested stacks that are new, machines, and whatever the rest of the world makes of it. */
  private async become(stack: SimulatedStack, target: readonly SimulatedStack[], input: StackInput): Promise<void> {
    const { clock, registry, hooks } = this.options;
    const release = clock.hold();
    try {
      for (const child of target) {
        if (child.parentId !== stack.stackId || registry.find(child.region, child.stackId) !== undefined) continue;
        registry.add({ ...child, status: 'CREATE_COMPLETE', createdMs: clock.now() });
      }
      const version = versionOf(input.TemplateURL);
      const machines = this.solutionAt(version).stateMachines.filter(({ projectId }) => projectId === this.projectId);
      const type = stackType(stack.stackName);
      if (type === 'DataModelingRedshift') hooks.registerMachines?.(machines);
      await hooks.onStackUpdated?.(this.projectId, type, version);
    } finally {
      release();
    }
  }

  private async cleanUp(stack: SimulatedStack, target: readonly SimulatedStack[], input: StackInput): Promise<void> {
    const { clock, registry, hooks } = this.options;
    const release = clock.hold();
    try {
      for (const child of registry.inRegion(stack.region)) {
        if (child.parentId !== stack.stackId || target.some(({ stackId }) => stackId === child.stackId)) continue;
        child.status = 'DELETE_COMPLETE';
        child.deletedMs = clock.now();
      }
      await hooks.onStackCleanedUp?.(this.projectId, stackType(stack.stackName), versionOf(input.TemplateURL));
    } finally {
      release();
    }
  }
}

/** Seconds of an update, by what the types hold; the warehouse's stack is the slowest. */
const SECONDS: Record<string, number> = {
  ServiceCatalogAppRegistry: 60,
  Metrics: 240,
  Ingestion: 600,
  KafkaConnector: 300,
  DataProcessing: 420,
  DataModelingAthena: 180,
  DataModelingRedshift: 720,
  Reporting: 360,
};
const CLEANUP_SECONDS = 45;
/** A nested stack is done, or has failed, before the stack that waits for it. */
const NESTED_HEAD_START_SECONDS = 20;

/** CloudFormation reports a nested stack as a resource that failed. Source: CloudFormation User Guide, troubleshooting nested stacks */
function embedded(stack: SimulatedStack, nested: SimulatedStack, failures: readonly StackFailure[]): StackFailure {
  const logicalIds = failures.map(({ logicalId }) => logicalId).join(', ');
  const resource = stack.resources.find(({ physicalId }) => physicalId === nested.stackId);
  return {
    logicalId: resource?.logicalId ?? nested.stackName,
    type: 'AWS::CloudFormation::Stack',
    physicalId: nested.stackId,
    reason:
      `Embedded stack ${nested.stackId} was not successfully updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS ` +
      `with reason: The following resource(s) failed to update: [${logicalIds}].`,
  };
}

/** Version of a template, from its URL. */
export function versionOf(templateUrl: string): string {
  const [, version] = /\/(v\d+\.\d+\.\d+(?:-[\w-]+)?)\//.exec(templateUrl) ?? [];
  if (version === undefined) throw new Error(`No version in ${templateUrl}`);
  return version;
}
