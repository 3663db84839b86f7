import type { GivenParameter } from './template-parameters';
import type { SimulatedTemplate, TemplateChange } from './stack-update';
import type { SimulatedStack } from './stacks';

/** Source: CloudFormation API Reference, DescribeChangeSet (Status) */
export type ChangeSetStatus = 'CREATE_PENDING' | 'CREATE_IN_PROGRESS' | 'CREATE_COMPLETE' | 'FAILED';

export interface SimulatedChangeSet {
  id: string;
  name: string;
  stack: SimulatedStack;
  template: SimulatedTemplate;
  given: readonly GivenParameter[];
  /** With defaults and previous values. */
  parameters: Record<string, string>;
  capabilities: string[];
  description?: string;
  clientToken?: string;
  createdMs: number;
  status: ChangeSetStatus;
  statusReason?: string;
  changes: readonly TemplateChange[];
  /** Events that the stack had when it was made: with more of them it is obsolete. */
  stackEvents: number;
  execution?: 'EXECUTE_IN_PROGRESS' | 'EXECUTE_COMPLETE' | 'EXECUTE_FAILED';
}

/** Source: CloudFormation API Reference, DescribeChangeSet (ExecutionStatus) */
export type ExecutionStatus =
  'UNAVAILABLE' | 'AVAILABLE' | 'EXECUTE_IN_PROGRESS' | 'EXECUTE_COMPLETE' | 'EXECUTE_FAILED' | 'OBSOLETE';

/** @param stackEvents events that the stack has now */
export function executionStatus(set: SimulatedChangeSet, stackEvents: number): ExecutionStatus {
  if (set.execution !== undefined) return set.execution;
  if (set.status !== 'CREATE_COMPLETE') return 'UNAVAILABLE';
  return stackEvents === set.stackEvents ? 'AVAILABLE' : 'OBSOLETE';
}

/** Members that DescribeChangeSet and ListChangeSets have in common. */
export function summarise(set: SimulatedChangeSet, stackEvents: number): Record<string, unknown> {
  return {
    ChangeSetName: set.name,
    ChangeSetId: set.id,
    StackId: set.stack.stackId,
    StackName: set.stack.stackName,
    ...(set.description === undefined ? {} : { Description: set.description }),
    CreationTime: new Date(set.createdMs),
    ExecutionStatus: executionStatus(set, stackEvents),
    Status: set.status,
    ...(set.statusReason === undefined ? {} : { StatusReason: set.statusReason }),
    IncludeNestedStacks: false,
  };
}

export function describeChange(change: TemplateChange): Record<string, unknown> {
  const { action, logicalId, physicalId, type, replacement } = change;
  return {
    Type: 'Resource',
    ResourceChange: {
      Action: action,
      LogicalResourceId: logicalId,
      ...(physicalId === undefined ? {} : { PhysicalResourceId: physicalId }),
      ResourceType: type,
      // Only of modified resources it is known whether they are replaced. Source: API Reference, ResourceChange
      ...(action === 'Modify' ? { Replacement: replacement ?? 'False' } : {}),
      Scope: action === 'Modify' ? ['Properties'] : [],
      Details: [],
    },
  };
}
