import { executionState } from '../shared/execution-state';
import { CLOSED } from '../shared/executions';
import { readRoot } from '../shared/guardian/root-record';
import { lockKey, lockRecord } from '../shared/lock';
import { plan as planSchema } from '../shared/plan/plan';
import { readJson } from '../shared/plan/store';
import { consoleApi } from '../shared/solution/console';
import { findPipelineStacks } from '../shared/solution/find-pipeline-stacks';
import { pipelineRecords } from '../shared/solution/pipeline-record';
import { stackPrefix } from '../shared/solution/pipeline-stacks';
import { findStack } from '../shared/solution/stacks';
import { StateTable } from '../shared/state-table';
import type { RunningUpgrade, SeenProject, SeenStack, StartObservation } from './decide';
import type { Environment } from './environment';

export interface ToldStack {
  stackId: string;
  stackName: string;
  region: string;
}

/** The world around a stack that an event tells of, as far as it has to be known. */
export async function observe(told: ToldStack, environment: Environment): Promise<StartObservation> {
  const { AWS_REGION: region, CONSOLE_STACK: consoleStack } = environment;
  const isConsole = told.stackName === consoleStack && told.region === region;
  const stack = await seenStack(told);
  const nothing = { stack, version: '', running: undefined };
  // Nested stacks are most of what a pipeline's upgrade tells of: nothing more is asked for them.
  if (stack === undefined || stack.isNested) {
    return isConsole ? { kind: 'console', ...nothing } : { kind: 'pipeline', ...nothing, project: undefined };
  }
  const api = await consoleApi(region, consoleStack);
  if (api === undefined) throw new Error(`Stack ${consoleStack} has no API function of the web console`);
  const version = api.environment['FULL_SOLUTION_VERSION'] ?? '';
  const running = await runningUpgrade(environment);
  if (isConsole) return { kind: 'console', stack, version, running };
  return { kind: 'pipeline', stack, version, running, project: await seenProject(told, api.environment, region) };
}

async function seenStack({ region, stackId }: ToldStack): Promise<SeenStack | undefined> {
  const stack = await findStack(region, stackId);
  if (stack === undefined || stack.StackStatus === 'DELETE_COMPLETE') return undefined;
  return {
    isNested: stack.ParentId !== undefined,
    status: stack.StackStatus ?? '',
    updatedMs: (stack.LastUpdatedTime ?? stack.CreationTime)?.getTime() ?? 0,
  };
}

/** The project whose pipeline a stack belongs to, by the console's own records: names of its stacks end in the pipeline's id. */
async function seenProject(
  { stackName, region }: ToldStack,
  console: Readonly<Record<string, string>>,
  consoleRegion: string,
): Promise<SeenProject | undefined> {
  const [table = '', index = 'prefix-time-index'] = [
    console['CLICK_STREAM_TABLE_NAME'],
    console['PREFIX_TIME_GSI_NAME'],
  ];
  const records = await pipelineRecords(table, index, consoleRegion);
  const record = records.find((one) => one.region === region && stackName.endsWith(`-${one.pipelineId}`));
  if (record === undefined) return undefined;
  const { projectId, pipelineId } = record;
  const stacks = await findPipelineStacks(region, stackPrefix(console['IAM_ROLE_PREFIX']), pipelineId);
  return stacks.some(({ name }) => name === stackName) ? { projectId, stacks } : undefined;
}

/** The execution that has the console's lock and is running, with what its plan wants to do. */
async function runningUpgrade(environment: Environment): Promise<RunningUpgrade> {
  const { AWS_REGION: region, CONSOLE_STACK: stackName, STATE_TABLE: table, PLAN_BUCKET: bucket } = environment;
  const memory = new StateTable(table);
  const lock = await memory.get(lockKey({ region, stackName }), lockRecord);
  if (lock?.state !== 'held') return undefined;
  const root = lock.owner;
  const state = await executionState(root);
  // Words that nobody knows yet mean: not surely closed.
  if (state === 'gone' || CLOSED.includes(state.status)) return undefined;
  const record = await readRoot(memory, root);
  const plan = record === undefined ? undefined : await readJson(bucket, record.plan, planSchema);
  if (plan === undefined) return { root, projects: 'everything' };
  return {
    root,
    projects: plan.projects.filter(({ decision }) => decision === 'work').map(({ projectId }) => projectId),
  };
}
