import { ACCOUNT_ID } from '../world/account';
import type { WorldProject } from '../world/description';
import type { Stage } from '../run/stage';
import { beforeUpgrade, SECOND_PROJECT, upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP } from './worlds';

const WORKGROUP = 'analytics';
const REGION = 'eu-west-1';
const RPU = 64;

/** The customer's workgroup, and the role that the customer made for the solution. */
const SHARED = {
  region: REGION,
  redshift: {
    mode: 'Serverless',
    workgroupName: WORKGROUP,
    roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/ClickstreamSharedWarehouse`,
  },
} as const satisfies Partial<WorldProject>;

export const sharedWarehouse: Scenario = {
  name: 'shared-warehouse',
  title: 'two projects on one workgroup: it is made larger once, and smaller when both are done',
  events: 2_000,
  ...beforeUpgrade([...ONE_APP.projects, SECOND_PROJECT].map((project) => ({ ...project, ...SHARED }))),
  migration: { rpu: RPU },

  async play(stage) {
    const before = settings(stage);
    const holders = watchHolders(stage);
    await stage.run();
    const seen = capacities(stage);
    const ends = stage.world.apps.map(({ projectId, appId }) => endOf(stage, `${projectId} / ${appId}`));
    const lowered = seen.find(({ rpu }) => rpu < RPU)?.atMs ?? 0;
    const holder = (await stage.world.stateItems()).filter(({ pk }) => String(pk).startsWith('hold/workgroup/'));
    return [
      equal(
        'its base capacity was raised once and lowered once',
        seen.map(({ rpu }) => rpu),
        [RPU, 32],
      ),
      equal('both projects needed it at once', Math.max(...holders), 2),
      equal(
        'there is one hold for both',
        holder.map(({ pk }) => pk),
        [`hold/workgroup/${REGION}/${WORKGROUP}`],
      ),
      holds(
        'it was lowered when the apps of both projects were done',
        ends.length === 2 && ends.every((endMs) => endMs !== undefined && lowered >= endMs),
        { lowered, ends },
      ),
      equal('it is what it was', settings(stage), before),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('nobody had to redrive', result.execution.redrives, 0)],
};

/** How many projects held the workgroup when an app's data began to move. */
function watchHolders(stage: Stage): number[] {
  const counts: number[] = [];
  for (const app of stage.world.apps) {
    stage.beforeFirstCall(app, async () => {
      const items = await stage.world.stateItems();
      const hold = items.find(({ pk }) => pk === `hold/workgroup/${REGION}/${WORKGROUP}`);
      counts.push((hold?.['holders'] as string[] | undefined)?.length ?? 0);
    });
  }
  return counts;
}

/** Base capacities that were asked for, and when. */
function capacities({ world }: Stage): { rpu: number; atMs: number }[] {
  return world.account.callLog
    .of('redshift-serverless', 'UpdateWorkgroup')
    .filter(({ outcome }) => outcome.kind === 'answered')
    .flatMap(({ input, atMs }) => {
      const { baseCapacity: rpu } = JSON.parse(input) as { baseCapacity?: number };
      return rpu === undefined ? [] : [{ rpu, atMs }];
    });
}

function endOf({ recorder }: Stage, child: string): number | undefined {
  return [...recorder.executions.values()].find(({ name }) => name === child)?.toMs;
}

function settings({ world }: Stage): unknown {
  const workgroup = world.account.workgroups.find(REGION, WORKGROUP);
  const { baseCapacityRpu, maxCapacityRpu, pricePerformanceTarget, parameters } = workgroup ?? {};
  return structuredClone({ baseCapacityRpu, maxCapacityRpu, pricePerformanceTarget, parameters });
}
