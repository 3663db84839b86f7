import { AwsError } from '../aws/service';
import type { StackRegistry, StackStatus } from '../aws/cloudformation/stacks';
import type { VirtualClock } from '../clock';
import type { ForeignWork } from '../engine';
import type { PipelineLife } from './pipeline-life';
import type { StackInput, WorkflowNode } from './workflow-tree';

export interface WorkflowOptions {
  clock: VirtualClock;
  registry: StackRegistry;
  /** Life of the pipeline that a stack belongs to. */
  lifeOf: (stackName: string) => PipelineLife;
  /** A stack of it has another status: the console's listeners write that down. */
  onStackStatus: (stackName: string) => Promise<void>;
}

/** Between two looks at a stack. Source: awslabs/clickstream-analytics-on-aws, stack-action-state-machine-construct.ts */
const LOOK_MS = 30_000;

/**
 * The console's workflow over a pipeline's stacks.
 * - What CloudFormation says of a stack that has nothing to update, or cannot be updated, is swallowed.
 * - Only a status that ends with FAILED fails it; a stack that was rolled back counts as done.
 * - When one stack fails, what would have come after it is not begun; updates that run elsewhere go on.
 * Source: awslabs/clickstream-analytics-on-aws, sfn-action/index.ts, stack-workflow-state-machine-construct.ts
 */
export function stackWorkflow(options: WorkflowOptions): ForeignWork {
  return async (input, { signal }) => {
    await new Run(options, signal).node(input as unknown as WorkflowNode);
    return {};
  };
}

class Run {
  private failed = false;

  constructor(
    private readonly options: WorkflowOptions,
    private readonly signal: AbortSignal,
  ) {}

  /** The caller holds the clock once; so does each branch, and who only waits for branches is parked. */
  async node(node: WorkflowNode): Promise<void> {
    if (this.failed || this.signal.aborted) return;
    switch (node.Type) {
      case 'Pass':
        return;
      case 'Stack':
        await this.stack(node.Data);
        return;
      case 'Serial':
        for (const branch of node.Branches) await this.node(branch);
        return;
      case 'Parallel':
        await this.parked(Promise.all(node.Branches.map((branch) => this.branch(branch))));
    }
  }

  private async branch(node: WorkflowNode): Promise<void> {
    const release = this.options.clock.hold();
    try {
      await this.node(node);
    } catch (error) {
      this.failed = true;
      throw error;
    } finally {
      release();
    }
  }

  private async stack(input: StackInput): Promise<void> {
    const { registry, lifeOf, onStackStatus } = this.options;
    const stack = registry.find(input.Region, input.StackName);
    if (stack === undefined) {
      throw Object.assign(new Error(input.StackName), {
        error: 'RehearsalNotSimulated',
        cause: `The rehearsal does not simulate the creation of ${input.StackName}.`,
      });
    }
    try {
      const ended = lifeOf(input.StackName).update(stack, input);
      // The end is listened to even when the workflow is gone by then.
      const told = ended.then(
        () => onStackStatus(input.StackName),
        () => undefined,
      );
      await onStackStatus(input.StackName);
      await this.parked(ended);
      await told;
    } catch (error) {
      if (!isSwallowed(error)) throw error;
    }
    while (stack.status.endsWith('_IN_PROGRESS')) await this.parked(this.options.clock.sleep(LOOK_MS, this.signal));
    this.judge(input.StackName, stack.status);
  }

  private judge(stackName: string, status: StackStatus): void {
    if (!status.endsWith('FAILED')) return;
    throw Object.assign(new Error(stackName), {
      error: 'States.TaskFailed',
      cause: `Stack workflow ${stackName} failed: ${status}`,
    });
  }

  private async parked<T>(waiting: Promise<T>): Promise<T> {
    const resume = this.options.clock.park();
    try {
      return await waiting;
    } finally {
      resume();
    }
  }
}

/** Source: same repository, sfn-action/index.ts */
function isSwallowed(error: unknown): boolean {
  return error instanceof AwsError && /No updates are to be performed|can ?not be updated/.test(error.message);
}
