import type { Construct } from 'constructs';
import { childExecutionArns, guardianName, mapRunArns, rootExecutionArns } from '../names';
import { anyRegion, GENERATED_NAMES } from './arns';
import type { Permission } from './permission';
import { useWarehouse } from './warehouse';

/** Looks at roots of the own machine; steps that act under the lock may do so by their guard. */
export function lookAtRoots(scope: Construct): Permission[] {
  return [
    {
      actions: ['states:DescribeExecution'],
      resources: [rootExecutionArns(scope)],
      wildcards: 'Operators name their executions.',
    },
  ];
}

/** Beside {@link lookAtRoots}: follows Map Runs to the children, and to what those have started. */
export function waitForMapRunsPermissions(scope: Construct): Permission[] {
  return [
    {
      actions: ['states:ListMapRuns'],
      resources: [rootExecutionArns(scope), childExecutionArns(scope)],
      wildcards: 'Operators name their executions, and children have generated names.',
    },
    {
      actions: ['states:DescribeMapRun', 'states:ListExecutions'],
      resources: [mapRunArns(scope)],
      wildcards: 'Map Runs of the own machine have generated ids.',
    },
  ];
}

/** Cancels as the one identity that made the calls, and sees whether a refresh still runs. */
export function cancelStatementsPermissions(scope: Construct, customersRoles: readonly string[]): Permission[] {
  return [
    ...useWarehouse(scope, customersRoles),
    {
      actions: ['states:DescribeExecution'],
      resources: [anyRegion(scope, 'states', 'execution', 'RefreshMaterializedViewsWorkflowRefreshMVStateMachine*:*')],
      wildcards: GENERATED_NAMES,
    },
  ];
}

/** Beside {@link lookAtRoots}: counts what the guardian's own Map Run has come to. */
export function tellPermissions(scope: Construct): Permission[] {
  const name = guardianName(scope);
  return [
    {
      actions: ['states:DescribeMapRun', 'states:ListExecutions'],
      resources: [mapRunArns(scope, name)],
      wildcards: 'Map Runs of the guardian have generated ids.',
    },
    {
      actions: ['states:DescribeExecution'],
      resources: [childExecutionArns(scope, name)],
      wildcards: 'Children of the guardian’s Map Runs have generated names.',
    },
  ];
}

/** The topic where people are told, and the key it is encrypted under. */
export interface NotificationArns {
  topicArn: string;
  keyArn: string;
}

/** Publishes to an encrypted topic. Source: Amazon SNS Developer Guide, sns-key-management (publishers) */
export function notifyPermissions({ topicArn, keyArn }: NotificationArns): Permission[] {
  return [
    { actions: ['sns:Publish'], resources: [topicArn] },
    { actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [keyArn] },
  ];
}

/** Sees whether a pipeline is half-way, before its data processing is resumed. */
export function lookAtStacks(scope: Construct): Permission[] {
  return [
    {
      actions: ['cloudformation:DescribeStacks'],
      resources: ['Clickstream-*/*', '*-Clickstream-*/*'].map((name) =>
        anyRegion(scope, 'cloudformation', 'stack', name, '/'),
      ),
      wildcards: 'Stacks of pipelines begin so, after a role prefix where there is one; their ARNs end in an id.',
    },
  ];
}
