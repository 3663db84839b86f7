import type { StackResource } from './stacks';

/** The solution's own workflows around a project's warehouse, in the pipeline's region. */
const DATA_WORKFLOWS = ['load', 'refresh', 'scan', 'clear-expired', 'schema'] as const;
export type DataWorkflow = (typeof DATA_WORKFLOWS)[number];

/**
 * Logical ids begin so; their ends are hashes that differ between releases.
 * Source: awslabs/clickstream-analytics-on-aws, analytics-on-redshift.ts, sql-execution-workflow.ts,
 * refresh-materialized-views-workflow.ts, scan-metadata-workflow.ts, clear-expired-events-workflow.ts
 */
const LOGICAL_IDS: Record<DataWorkflow, RegExp> = {
  load: /ClickstreamLoadDataWorkflow/,
  refresh: /RefreshMaterializedViewsWorkflowRefreshMVStateMachine/,
  scan: /ScanMetadataWorkflowScanMetadataStateMachine/,
  'clear-expired': /ClearExpiredEventsWorkflowClearExpiredEventsStateMachine/,
  schema: /SQLExecutionStateMachine/,
};

/**
 * ARNs of a project's data workflows, from the resources of its Redshift stack: most are no outputs. One that the release
 * does not have yet is missing (refresh comes with 1.1.6).
 */
export function dataWorkflows(resources: readonly StackResource[]): Partial<Record<DataWorkflow, string>> {
  const machines = resources.filter(({ type }) => type === 'AWS::StepFunctions::StateMachine');
  const found: Partial<Record<DataWorkflow, string>> = {};
  for (const workflow of DATA_WORKFLOWS) {
    const machine = machines.find(({ logicalId }) => LOGICAL_IDS[workflow].test(logicalId));
    if (machine !== undefined) found[workflow] = machine.physicalId;
  }
  return found;
}
