/** A stack as CloudFormation knows it. Life cycles change it in place; the API only shows it. */
export interface SimulatedStack {
  region: string;
  stackName: string;
  stackId: string;
  description: string;
  status: StackStatus;
  statusReason?: string;
  /** Values as DescribeStacks shows them (NoEcho ones as `****`). */
  parameters: Record<string, string>;
  outputs: StackOutput[];
  tags: Record<string, string>;
  resources: SimulatedStackResource[];
  capabilities?: string[];
  /** Service role given once and used ever since; without one CloudFormation acts with the caller's permissions. */
  roleArn?: string;
  createdMs: number;
  updatedMs?: number;
  deletedMs?: number;
  /** Of a nested stack: the stack that holds it, and the one at the top. */
  parentId?: string;
  rootId?: string;
}

export interface StackOutput {
  key: string;
  value: string;
  description?: string;
  exportName?: string;
}

export interface SimulatedStackResource {
  logicalId: string;
  physicalId: string;
  type: string;
  /** CREATE_COMPLETE where it is left out. */
  status?: string;
  updatedMs?: number;
}

/** Source: CloudFormation API Reference, Stack (StackStatus) */
export type StackStatus =
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_FAILED'
  | 'CREATE_COMPLETE'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_FAILED'
  | 'ROLLBACK_COMPLETE'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_FAILED'
  | 'DELETE_COMPLETE'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_FAILED'
  | 'UPDATE_ROLLBACK_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'REVIEW_IN_PROGRESS'
  | 'IMPORT_IN_PROGRESS'
  | 'IMPORT_COMPLETE'
  | 'IMPORT_ROLLBACK_IN_PROGRESS'
  | 'IMPORT_ROLLBACK_FAILED'
  | 'IMPORT_ROLLBACK_COMPLETE';

/** Every stack of the embedded account. */
export class StackRegistry {
  private readonly stacks: SimulatedStack[] = [];

  /** Adds a stack. Throws when a living one of the same name is there already. */
  add(stack: SimulatedStack): void {
    if (stack.deletedMs === undefined && this.find(stack.region, stack.stackName) !== undefined) {
      throw new Error(`There is a stack ${stack.stackName} in ${stack.region} already`);
    }
    this.stacks.push(stack);
  }

  /** By name: the living one only. By id: also a deleted one. */
  find(region: string, nameOrId: string): SimulatedStack | undefined {
    return this.stacks.find(
      (stack) =>
        stack.region === region &&
        (stack.stackId === nameOrId || (stack.stackName === nameOrId && stack.status !== 'DELETE_COMPLETE')),
    );
  }

  /** All stacks of all regions, deleted ones too, in the order in which they came. */
  get all(): readonly SimulatedStack[] {
    return this.stacks;
  }

  /** All stacks of a region, deleted ones too, newest first. */
  inRegion(region: string): SimulatedStack[] {
    return this.stacks.filter((stack) => stack.region === region).sort((a, b) => b.createdMs - a.createdMs);
  }
}
