import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { isAwsError } from '../shared/aws-errors';
import { ErrorCode, UpgradeError } from '../shared/errors';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { describeConsoleApi } from '../shared/solution/console';
import { findPipelineStacks } from '../shared/solution/find-pipeline-stacks';
import { lastExecution, readPipelineRecord } from '../shared/solution/pipeline-record';
import type { PipelineObservation } from './decide';
import { perRegion } from '../shared/per-region';
import { guarded } from '../shared/guard/guard';

/** Console, record and stacks, as they are now. */
export async function observe(
  plan: ProjectPlan,
): Promise<Pick<PipelineObservation, 'pipelineId' | 'planned' | 'version' | 'stacks' | 'record'>> {
  const { console, projectId, pipelineId, region, stackPrefix } = plan;
  const [api, record, stacks] = await Promise.all([
    describeConsoleApi(console.region, console.apiFunction),
    readPipelineRecord(console.metadataTable, projectId, console.region),
    findPipelineStacks(region, stackPrefix, pipelineId),
  ]);
  const version = api.environment['FULL_SOLUTION_VERSION'];
  if (version === undefined) throw noVersion(plan);
  const execution = record === undefined ? undefined : lastExecution(record);
  return {
    pipelineId,
    planned: plan.pipeline,
    version,
    stacks,
    record: {
      templateVersion: record?.templateVersion,
      execution: execution === undefined ? undefined : await trueStatus(console.region, execution),
    },
  };
}

const stepFunctions = perRegion((region) => guarded(new SFNClient({ region })));

/** The record is written by listeners, later than things happen or not at all; Step Functions knows. */
async function trueStatus(
  region: string,
  execution: { executionArn?: string | undefined; name: string; status: string },
): Promise<{ name: string; status: string }> {
  const { executionArn, name, status } = execution;
  if (status !== 'RUNNING' || executionArn === undefined) return { name, status };
  try {
    const output = await stepFunctions(region).send(new DescribeExecutionCommand({ executionArn }));
    return { name, status: output.status ?? status };
  } catch (error) {
    // Forgotten after ninety days, so long over. Source: Step Functions Developer Guide, service-quotas
    if (isAwsError(error, 'ExecutionDoesNotExist')) return { name, status: 'ABORTED' };
    throw error;
  }
}

function noVersion({ console }: ProjectPlan): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.ConsoleRefused,
    what: `The web console ${console.stackName} does not tell its version.`,
    why: `Its function ${console.apiFunction} has no variable FULL_SOLUTION_VERSION, as before release 1.1.0.`,
    next: 'Upgrade the web console first, then redrive.',
    redrive: 'yes',
    ids: { console: console.stackName, region: console.region },
  });
}
