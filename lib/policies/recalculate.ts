import type { Construct } from 'constructs';
import { anyRegion, GENERATED_NAMES } from './arns';
import type { Permission } from './permission';

/** Begin of the names of the solution's refresh workflow, in every project's Redshift stack. */
const REFRESH_MACHINE = 'RefreshMaterializedViewsWorkflowRefreshMVStateMachine*';

/** Finds the solution's refresh workflow of a project, runs it and looks at the runs. */
export function recalculatePermissions(scope: Construct): Permission[] {
  return [
    {
      actions: ['cloudformation:ListStackResources'],
      resources: ['Clickstream-DataModelingRedshift-*', '*-Clickstream-DataModelingRedshift-*'].map((name) =>
        anyRegion(scope, 'cloudformation', 'stack', name, '/'),
      ),
      wildcards: 'Pipelines have generated ids, and nested stacks the names of their parents first; reads only.',
    },
    {
      actions: ['states:StartExecution', 'states:ListExecutions'],
      resources: [anyRegion(scope, 'states', 'stateMachine', REFRESH_MACHINE)],
      wildcards: GENERATED_NAMES,
    },
    ...followRefreshes(scope),
  ];
}

/** Whether a refresh that an app began is still at work: asked before another app takes its turn on the warehouse. */
export function followRefreshes(scope: Construct): Permission[] {
  return [
    {
      actions: ['states:DescribeExecution'],
      resources: [anyRegion(scope, 'states', 'execution', `${REFRESH_MACHINE}:*`)],
      wildcards: GENERATED_NAMES,
    },
  ];
}
