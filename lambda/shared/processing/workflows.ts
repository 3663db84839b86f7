import { ListExecutionsCommand, SFNClient, type ExecutionListItem, type ExecutionStatus } from '@aws-sdk/client-sfn';
import type { ProjectPlan } from '../plan/project-plan';
import { dataWorkflows, type DataWorkflow } from '../solution/data-workflows';
import { redshiftStackName } from '../solution/pipeline-stacks';
import { findStack, resourcesOf } from '../solution/stacks';
import { perRegion } from '../per-region';
import { guarded } from '../guard/guard';

/** A workflow of the project's: what of it runs, and when its newest execution ended, epoch milliseconds. */
export interface WorkflowActivity {
  workflow: DataWorkflow;
  running: number;
  lastStopMs: number | undefined;
}

type Place = Pick<ProjectPlan, 'region' | 'stackPrefix' | 'pipelineId'>;

/** State machines by what they do; none where the project has no Redshift. */
export async function processingWorkflows({
  region,
  stackPrefix,
  pipelineId,
}: Place): Promise<Partial<Record<DataWorkflow, string>>> {
  const stackName = redshiftStackName(stackPrefix, pipelineId);
  const stack = await findStack(region, stackName);
  return stack === undefined ? {} : dataWorkflows(await resourcesOf(region, stack));
}

export async function activityOf(
  region: string,
  workflow: DataWorkflow,
  stateMachineArn: string,
): Promise<WorkflowActivity> {
  const [running, newest] = await Promise.all([
    executions(region, stateMachineArn, 'RUNNING'),
    // Newest first. Source: Step Functions API Reference, ListExecutions
    executions(region, stateMachineArn),
  ]);
  const stops = newest.flatMap(({ stopDate }) => (stopDate === undefined ? [] : [stopDate.getTime()]));
  return { workflow, running: running.length, lastStopMs: stops.length === 0 ? undefined : Math.max(...stops) };
}

const MOST_LISTED = 20;

async function executions(
  region: string,
  stateMachineArn: string,
  statusFilter?: ExecutionStatus,
): Promise<ExecutionListItem[]> {
  const output = await stepFunctions(region).send(
    new ListExecutionsCommand({
      stateMachineArn,
      maxResults: MOST_LISTED,
      ...(statusFilter === undefined ? {} : { statusFilter }),
    }),
  );
  return output.executions ?? [];
}

/** One client a region, for the life of the Lambda environment. */
export const stepFunctions = perRegion((region) => guarded(new SFNClient({ region })));
