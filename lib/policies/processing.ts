import type { Construct } from 'constructs';
import { anyRegion, GENERATED_NAMES } from './arns';
import type { Permission } from './permission';

/** Begins of the names of the solution's workflows around a warehouse. */
const LOAD_MACHINE = 'ClickstreamLoadDataWorkflow*';
const RESTING_MACHINES = [
  LOAD_MACHINE,
  'RefreshMaterializedViewsWorkflowRefreshMVStateMachine*',
  'ScanMetadataWorkflowScanMetadataStateMachine*',
  'ClearExpiredEventsWorkflowClearExpiredEventsStateMachine*',
];

/** Beside what every step has: disables the rules, watches jobs and workflows, stops idle applications. */
export function pauseProcessingPermissions(scope: Construct): Permission[] {
  return [
    findParts(scope),
    ...findApplications(),
    rules(scope, ['events:DescribeRule', 'events:DisableRule']),
    {
      actions: ['emr-serverless:ListJobRuns', 'emr-serverless:StopApplication'],
      resources: [anyRegion(scope, 'emr-serverless', '', 'applications/*', '/')],
      wildcards:
        'ARNs of EMR applications carry a generated id, and the solution gives them no tags; the step keeps to the ' +
        'name of the project.',
    },
    {
      actions: ['states:ListExecutions'],
      resources: RESTING_MACHINES.map((name) => anyRegion(scope, 'states', 'stateMachine', name)),
      wildcards: GENERATED_NAMES,
    },
  ];
}

/** Beside what every step has: enables the rules, runs the load workflow, looks for started applications. */
export function resumeProcessingPermissions(scope: Construct): Permission[] {
  return [
    findParts(scope),
    ...findApplications(),
    rules(scope, ['events:DescribeRule', 'events:EnableRule']),
    {
      actions: ['states:StartExecution', 'states:ListExecutions'],
      resources: [anyRegion(scope, 'states', 'stateMachine', LOAD_MACHINE)],
      wildcards: GENERATED_NAMES,
    },
    {
      actions: ['states:DescribeExecution'],
      resources: [anyRegion(scope, 'states', 'execution', `${LOAD_MACHINE}:*`)],
      wildcards: GENERATED_NAMES,
    },
  ];
}

function findParts(scope: Construct): Permission {
  return {
    actions: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
    resources: ['DataProcessing', 'DataModelingRedshift'].flatMap((type) =>
      [`Clickstream-${type}-*`, `*-Clickstream-${type}-*`].map((name) =>
        anyRegion(scope, 'cloudformation', 'stack', name, '/'),
      ),
    ),
    wildcards: 'Pipelines have generated ids, and nested stacks the names of their parents first; reads only.',
  };
}

function findApplications(): Permission[] {
  return [
    {
      actions: ['emr-serverless:ListApplications'],
      resources: ['*'],
      wildcards: 'ListApplications knows no resource; reads only.',
    },
  ];
}

/** Names of rules hold the name of the stack, then the logical id, each cut where both are too long. */
function rules(scope: Construct, actions: string[]): Permission {
  return {
    actions,
    resources: ['Clickstream-*', '*-Clickstream-*', '*-NestedStackjobSubmitter*', '*-ClearExpiredEvents*'].map((name) =>
      anyRegion(scope, 'events', 'rule', name, '/'),
    ),
    wildcards: 'CloudFormation makes the names, and with a long role prefix cuts the stack’s in the middle.',
  };
}
