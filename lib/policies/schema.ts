import type { Construct } from 'constructs';
import { anyRegion, GENERATED_NAMES } from './arns';
import type { Permission } from './permission';

/** The solution's schema workflow, in every project's Redshift stack. */
const SCHEMA_MACHINE = '*SQLExecutionStateMachine*';

/** Looks at the Redshift stack of a project, and at what is in it. */
export function lookAtWarehouseStacks(scope: Construct): Permission[] {
  return [
    {
      actions: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
      resources: ['Clickstream-DataModelingRedshift-*', '*-Clickstream-DataModelingRedshift-*'].map((name) =>
        anyRegion(scope, 'cloudformation', 'stack', name, '/'),
      ),
      wildcards: 'Pipelines have generated ids, and nested stacks the names of their parents first; reads only.',
    },
  ];
}

/** Looks at the solution's schema workflow of a project, and starts an execution of it. */
export function startSchemaPermissions(scope: Construct): Permission[] {
  return [
    ...lookAtWarehouseStacks(scope),
    {
      actions: ['states:ListExecutions', 'states:StartExecution'],
      resources: [anyRegion(scope, 'states', 'stateMachine', SCHEMA_MACHINE)],
      wildcards: GENERATED_NAMES,
    },
    {
      actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
      resources: [anyRegion(scope, 'states', 'execution', `${SCHEMA_MACHINE}:*`)],
      wildcards: GENERATED_NAMES,
    },
  ];
}

/** The same, and runs a failed execution of it again. */
export function waitForSchemaPermissions(scope: Construct): Permission[] {
  return [
    ...startSchemaPermissions(scope),
    {
      actions: ['states:RedriveExecution'],
      resources: [anyRegion(scope, 'states', 'execution', `${SCHEMA_MACHINE}:*`)],
      wildcards: GENERATED_NAMES,
    },
  ];
}
