import type { LoggedCall } from '../aws/call-log';
import { AwsError } from '../aws/service';
import type { Stage } from '../run/stage';
import { beforeUpgrade, upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';

const RPU = 64;
const BEFORE_RPU = 32;
/** The whole upgrade until then takes less. */
const SOMEBODY_ELSE_MS = 3 * 3_600_000;

export const scaleConflict: Scenario = {
  name: 'scale-conflict',
  title:
    'somebody else changes the workgroup whenever we want to, and once there is no capacity: waited for, and put back',
  events: 1_000,
  ...beforeUpgrade(),
  migration: { rpu: RPU },

  async play(stage) {
    const workgroup = workgroupOf(stage);
    const before = settings(stage);
    // A change of somebody else's that shows: the workgroup is MODIFYING from before the start.
    workgroup.busy = true;
    const freeMs = stage.world.clock.now() + SOMEBODY_ELSE_MS;
    stage.later(SOMEBODY_ELSE_MS, () => {
      workgroup.busy = false;
    });
    // And others that begin between our look and our change.
    refuse(stage, RPU, conflict(), 2);
    refuse(
      stage,
      RPU,
      new AwsError('InsufficientCapacityException', 'There is no capacity for 64 RPU at the moment.'),
      1,
    );
    refuse(stage, BEFORE_RPU, conflict(), 2);
    await stage.run();
    const changes = stage.world.account.callLog.of('redshift-serverless', 'UpdateWorkgroup');
    const refused = (error: string): number =>
      changes.filter(({ outcome }) => outcome.kind === 'refused' && outcome.error === error).length;
    return [
      holds(
        'nothing was asked for while somebody else was at it',
        changes.length > 0 && changes.every(({ atMs }) => atMs >= freeMs),
        changes.map(({ atMs }) => atMs - freeMs),
      ),
      equal(
        'it was refused as planned',
        [refused('ConflictException'), refused('InsufficientCapacityException')],
        [4, 1],
      ),
      equal('each change was made once', baseCapacities(changes), [RPU, BEFORE_RPU]),
      equal('it is what it was', settings(stage), before),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('nobody had to redrive', result.execution.redrives, 0)],
};

function conflict(): AwsError {
  return new AwsError(
    'ConflictException',
    'There is an operation running on the workgroup. Try again when it has finished.',
  );
}

/** The next changes to this base capacity are refused. */
function refuse({ world }: Stage, baseCapacity: number, effect: AwsError, times: number): void {
  world.account.faults.add({
    match: ({ operation, input }) => operation === 'UpdateWorkgroup' && input['baseCapacity'] === baseCapacity,
    effect,
    times,
  });
}

function workgroupOf({ world }: Stage) {
  const { account } = world;
  const [warehouse] = account.solution.warehouses;
  const found = warehouse === undefined ? undefined : account.workgroups.find(warehouse.region, warehouse.name);
  if (found === undefined) throw new Error('This world has no workgroup');
  return found;
}

function settings(stage: Stage): unknown {
  const { baseCapacityRpu, maxCapacityRpu, pricePerformanceTarget, parameters } = workgroupOf(stage);
  return structuredClone({ baseCapacityRpu, maxCapacityRpu, pricePerformanceTarget, parameters });
}

/** Base capacities that the workgroup was given. */
function baseCapacities(changes: readonly LoggedCall[]): number[] {
  return changes
    .filter(({ outcome }) => outcome.kind === 'answered')
    .flatMap(({ input }) => (JSON.parse(input) as { baseCapacity?: number }).baseCapacity ?? []);
}
