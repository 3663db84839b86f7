import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Stage } from '../run/stage';
import { consoleStack } from './console-world';
import { beforeUpgrade, putBack, says } from './guide';
import { actedOn, watchOutside } from './outside';
import { equal, holds, type Scenario } from './scenario';

/** An app that somebody registers in the web console meanwhile. */
const NEW_APP = 'outlet';

export const planStale: Scenario = {
  name: 'plan-stale',
  title: 'the world moves after the plan was shown, or while somebody thinks about it: nothing of it is carried out',
  events: 1_000,
  ...beforeUpgrade(),

  async play(stage) {
    const touched = watchOutside(stage);
    const before = await stage.fingerprints();
    await stage.run({ mode: 'plan' });
    const { hash: planHash = '' } = stage.output() as { hash?: string };
    await stopPipelineUpdate(stage);
    const moved = await stage.run({ planHash });
    const checks = [
      holds('a plan was shown', /^[0-9a-f]{32}$/.test(planHash), planHash),
      equal('a plan of another world is not executed', [moved.status, moved.error], ['FAILED', 'PlanStale']),
      says('it tells what has moved, from what to what', moved.cause, [
        planHash,
        'shop_f3kx.Reporting: was',
        'UPDATE_COMPLETE',
        'UPDATE_ROLLBACK_COMPLETE',
        'look at the new plan',
      ]),
      equal('nothing was changed outside our own stack', touched(), []),
    ];

    stage.whenEntered('Approve the plan', () => addApp(stage));
    const meanwhile = await stage.run({ approvals: { plan: true } });
    return [
      ...checks,
      equal('a plan that no longer fits when it is approved is not executed', meanwhile.error, 'PlanStale'),
      says('it names the app that has appeared', meanwhile.cause, [`apps.${NEW_APP}: was absent`]),
      equal('the approval was given', stage.stateCount('Take the lock').entered, 1),
      equal('no change set was executed', actedOn(stage, 'cloudformation', 'ExecuteChangeSet').length, 0),
      equal('no backup was made', stage.stateCount('Back up').entered, 0),
      equal('the console is what it was', consoleStack(stage).description.includes('v1.1.5'), true),
      equal(
        'nothing but the change set that was shown was made outside our own stack',
        [...new Set(touched().map((call) => call.slice(0, call.indexOf(' '))))],
        ['cloudformation:CreateChangeSet'],
      ),
      equal('every table is as it was', await stage.changedSince(before), []),
      ...(await putBack(stage)),
    ];
  },

  expect: ({ execution, statements }) => [
    equal('the execution failed', [execution.status, execution.error], ['FAILED', 'PlanStale']),
    equal('no procedure was called', statements.submitted, 0),
  ],
};

/** Somebody updates a stack of the pipeline by hand, and it is rolled back. */
function stopPipelineUpdate({ world }: Stage): Promise<unknown> {
  const { stacks, updates } = world.account;
  const [project] = world.description.projects;
  const stack = stacks
    .inRegion(project?.region ?? '')
    .find(({ stackName }) => stackName.startsWith('Clickstream-Reporting-'));
  if (stack === undefined) throw new Error('The pipeline has no reporting stack');
  const failures = [{ logicalId: 'Dashboard', type: 'AWS::QuickSight::Dashboard', reason: 'Access denied' }];
  return updates.begin(stack, { next: {}, seconds: 60, cleanupSeconds: 10, failures });
}

/** One more app in the console's table: a copy of another one's item. */
async function addApp({ world }: Stage): Promise<void> {
  const { account } = world;
  const app = account.solution.tables
    .flatMap(({ region, createTable, items }) => items.map((item) => ({ region, table: createTable.TableName, item })))
    .find(({ item }) => item['appId'] !== undefined && String(item['type']).startsWith('APP#'));
  if (app === undefined) throw new Error('The console knows no app');
  const text = JSON.stringify(unmarshall(marshall(app.item, { removeUndefinedValues: true })));
  const item = JSON.parse(text.replaceAll(String(app.item['appId']), NEW_APP)) as Record<string, unknown>;
  await account.dynamoDb.putItem(app.region, app.table, marshall(item));
}
