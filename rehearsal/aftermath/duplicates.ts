import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { SimulatedStack } from '../aws/cloudformation/stacks';
import type { WorkflowNode } from '../solution/workflow-tree';
import type { World } from '../world/world';

/** Sentences about everything that was begun twice although once was enough; none where all is well. */
export async function duplicates(world: World): Promise<string[]> {
  return [
    ...statements(world),
    ...stackUpdates(world),
    ...pipelineCalls(world),
    ...(await pipelineRecords(world)),
    ...workflows(world),
  ];
}

function statements({ account }: World): string[] {
  return account.data.journal.calls.flatMap(({ schema, procedure, duplicate }) =>
    duplicate === undefined ? [] : [`${schema}.${procedure} was called again: ${duplicate}`],
  );
}

/**
 * A second update of a stack is right only after the first one was rolled back; or where the solution's own workflow, asked
 * to retry, works once more on what depends on a stack that was.
 * Source: awslabs/clickstream-analytics-on-aws, api/service/stack.ts (retry)
 */
function stackUpdates(world: World): string[] {
  const { stacks } = world.account;
  const workedOn = stacksWorkedOn(world);
  return stacks.all.flatMap((stack) => {
    const { begun, rolledBack } = updatesOf(world, stack);
    const { stackName } = stacks.all.find(({ stackId }) => stackId === stack.parentId) ?? stack;
    const due = Math.max(1 + rolledBack, workedOn.get(stackName) ?? 0);
    return begun > due ? [`the stack ${stack.stackName} was updated ${String(begun)} times`] : [];
  });
}

function updatesOf({ account }: World, { stackId }: SimulatedStack): { begun: number; rolledBack: number } {
  const own = account.updates.events
    .newestFirst(stackId)
    .filter(({ physicalId }) => physicalId === stackId)
    .map(({ status }) => status);
  return {
    begun: own.filter((status) => status === 'UPDATE_IN_PROGRESS').length,
    rolledBack: own.filter((status) => status === 'UPDATE_ROLLBACK_IN_PROGRESS').length,
  };
}

/** By name: how many of the solution's workflows had a stack to work on. */
function stacksWorkedOn({ account: { engine, solution } }: World): Map<string, number> {
  const counts = new Map<string, number>();
  const visit = (node: WorkflowNode): void => {
    if ('Branches' in node) node.Branches.forEach(visit);
    else if (node.Type === 'Stack') counts.set(node.Data.StackName, (counts.get(node.Data.StackName) ?? 0) + 1);
  };
  for (const { arn } of solution.stateMachines.filter(({ kind }) => kind === 'stack-workflow')) {
    for (const { executionArn } of allExecutions(engine, arn)) {
      const { input } = engine.describeExecution({ executionArn: String(executionArn) });
      visit(JSON.parse(String(input)) as WorkflowNode);
    }
  }
  return counts;
}

/**
 * Calls of the console's API that changed something. After a failed upgrade the solution is asked to retry, not to upgrade,
 * which it refuses where nothing has failed.
 */
function pipelineCalls({ account }: World): string[] {
  const calls = account.life.api.accepted.filter(({ route }) => route !== 'retry');
  return repeated(calls.map(({ route, id }) => `the console was asked for ${route} of ${id}`));
}

/** Each upgrade of a pipeline leaves the record of before it. */
async function pipelineRecords({ account }: World): Promise<string[]> {
  const { dynamoDb, solution } = account;
  const earlier: string[] = [];
  for (const { region, createTable } of solution.tables) {
    for (const item of await dynamoDb.items(region, createTable.TableName)) {
      const { id, type } = unmarshall(item as Parameters<typeof unmarshall>[0]);
      if (/^PIPELINE#[^#]+#(?!latest)/.test(String(type))) earlier.push(`the pipeline of ${String(id)} was upgraded`);
    }
  }
  return repeated(earlier);
}

/** The same input, brought to the same end, twice: refreshes, schema runs and upgrades. A load takes what there is. */
const COUNTED: ReadonlySet<string> = new Set(['refresh-views', 'sql-execution', 'stack-workflow']);

function workflows({ account }: World): string[] {
  const { engine, solution } = account;
  const ran: string[] = [];
  for (const { kind, name, arn } of solution.stateMachines) {
    if (!COUNTED.has(kind)) continue;
    for (const execution of allExecutions(engine, arn)) {
      const executionArn = String(execution['executionArn']);
      const { status, input } = engine.describeExecution({ executionArn });
      if (status !== 'SUCCEEDED' && status !== 'RUNNING') continue;
      ran.push(`the workflow ${name} ran for ${subjectOf(String(input))}`);
    }
  }
  return repeated(ran);
}

function* allExecutions(
  engine: World['account']['engine'],
  stateMachineArn: string,
): Generator<Record<string, unknown>> {
  let nextToken: string | undefined;
  do {
    const page = engine.listExecutions({ stateMachineArn, maxResults: 1000, nextToken });
    yield* page.executions;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

/** What it was for, without ids of runs: two refreshes of the same app are the same, whatever their times say. */
function subjectOf(input: string): string {
  const { timezoneWithAppIdList: apps } = JSON.parse(input) as { timezoneWithAppIdList?: { appId: string }[] };
  return apps === undefined
    ? input.replaceAll(/\d{10,}/g, '').slice(0, 200)
    : apps.map(({ appId }) => appId).join(', ');
}

function repeated(all: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > 1).map(([one, count]) => `${one} ${String(count)} times`);
}
