import { parityVerdictKey } from '../../lambda/shared/parity-verdict';
import { duplicates, leftBehind, type LeftBehindOptions } from '../aftermath';
import { isAtLeast } from '../aws/cloudformation/solution-stacks';
import type { Stage } from '../run/stage';
import { buildOf } from '../solution/releases';
import { putBack } from '../scenarios/guide';
import { replacedFleets } from '../scenarios/full';
import { watchOutside } from '../scenarios/outside';
import { equal, holds, type Check } from '../scenarios/scenario';
import { schemaOf } from '../world/description';
import { tableFingerprints, type TableFingerprint } from '../warehouse/truth';
import type { ChaosWorld, Phase } from './chaos-world';
import { reportOf, type Move } from './operator';

/** How a world ended. */
export interface End {
  phase: Phase;
  because: Extract<Move, { do: 'end' }>['because'];
  status: string;
  error?: string;
  cause?: string;
  /** Modes that succeeded. */
  done: readonly Phase[];
  /** Projects whose stacks were half-way then: a guardian leaves their data processing paused. */
  mayRest: (projectId: string) => boolean;
}

/** Tables of the old data model: the customer's data, which nothing but the clean-up may touch. */
const LEGACY = ['event', 'event_parameter', 'user', 'item'];

/** What a world was before anything was done to it, and what to hold it against in the end. */
export class Invariants {
  private constructor(
    private readonly chaos: ChaosWorld,
    private readonly stage: Stage,
    private readonly legacy: ReadonlyMap<string, TableFingerprint>,
    private readonly capacities: unknown,
    private readonly touched: () => string[],
  ) {}

  static async before(chaos: ChaosWorld, stage: Stage): Promise<Invariants> {
    return new Invariants(chaos, stage, await legacyTables(stage), capacities(stage), watchOutside(stage));
  }

  /** After the upgrade has succeeded; before a clean-up takes away what the data are counted against. */
  async afterUpgrade(): Promise<Check[]> {
    const { stage, chaos } = this;
    return [
      ...(await migrated(stage)),
      ...upgraded(chaos, stage),
      ...(await putBack(stage)).filter(({ what }) => !what.startsWith('the lock') && !what.startsWith('and each')),
      ...(await this.putAway()),
      equal('no legacy table was touched', changed(this.legacy, await legacyTables(stage)), []),
    ];
  }

  async afterAll(end: End): Promise<Check[]> {
    const { stage, chaos, legacy } = this;
    const cleaned = end.done.includes('cleanup');
    const after = await legacyTables(stage);
    const untouched = end.because === 'refused' || !chaos.phases.includes('execute');
    return [
      ...ending(chaos, end),
      ...faultless(stage),
      equal('nothing was begun twice', await duplicates(stage.world), []),
      cleaned
        ? equal('no legacy table is left', [...after.keys()], [])
        : end.phase === 'cleanup'
          ? equal('what is left of the legacy tables is as it was', changed(present(legacy, after), after), [])
          : equal('no legacy table was touched', changed(legacy, after), []),
      ...(untouched ? [equal('nothing outside our own stack was touched', this.touched(), [])] : []),
      ...(await this.putAway(
        untouched || end.because === 'succeeded' ? {} : { mayBeRedriven: true, mayRest: end.mayRest },
      )),
    ];
  }

  private async putAway(options: LeftBehindOptions = {}): Promise<Check[]> {
    const { stage } = this;
    return [
      equal('nothing was left behind', await leftBehind(stage.world, options), []),
      equal('every warehouse has the capacity it had', capacities(stage), this.capacities),
    ];
  }
}

const ENDS: readonly End['because'][] = ['succeeded', 'refused', 'declined'];

/** It succeeded, or it says what to do; and it refused what it had to refuse, and nothing else. */
function ending({ refusal }: ChaosWorld, { because, status, error, cause }: End): Check[] {
  const said = reportOf({ error, cause });
  const told = `${status} ${error ?? ''}: ${(cause ?? '').slice(0, 600)}`;
  return [
    holds(
      'it succeeded, or it failed with an error that says what to do',
      because === 'succeeded' || said !== undefined,
      told,
    ),
    equal('it refused what it had to refuse', because === 'refused', refusal !== undefined && because !== 'succeeded'),
    holds('whoever did what the errors say came to an end', ENDS.includes(because), told),
    ...(refusal === undefined ? [] : [holds(`it was refused: ${refusal}`, because === 'refused', told)]),
  ];
}

/** Counted from the cutoff of each app's own verdict: a new execution some days later has another one than the first. */
async function migrated(stage: Stage): Promise<Check[]> {
  const items = await stage.world.stateItems();
  const checks: Check[] = [];
  for (const app of stage.world.apps) {
    const name = `${app.projectId}/${app.appId}`;
    const verdict = items.find(({ pk }) => pk === parityVerdictKey(app));
    const state = String(verdict?.['state']);
    checks.push(holds(`${name}: the upgrade has proved parity`, state === 'proved' || state === 'accepted', state));
    const { missing, duplicated } = await stage.world.plane.truth(app, Number(verdict?.['cutoffMs'] ?? 0));
    checks.push(equal(`${name}: nothing is missing, nothing is there twice`, [missing, duplicated], [0, 0]));
  }
  return checks;
}

/** Console, pipelines and servers are at the target. */
function upgraded({ target }: ChaosWorld, stage: Stage): Check[] {
  const { account, description } = stage.world;
  const version = buildOf(target) ?? target;
  const pipelines = description.projects.flatMap(({ projectId, region }) =>
    account.stacks
      .inRegion(region)
      .filter(({ tags }) => tags['aws-solution/clickstream/project'] === projectId)
      .filter(({ parentId, status }) => parentId === undefined && status !== 'DELETE_COMPLETE'),
  );
  const behind = pipelines.filter(
    ({ status, tags }) =>
      !status.endsWith('_COMPLETE') || status.includes('ROLLBACK') || tags['aws-solution/version'] !== version,
  );
  return [
    equal(
      'every stack of every pipeline is at the target',
      behind.map(({ stackName, status, tags }) => `${stackName} ${status} ${String(tags['aws-solution/version'])}`),
      [],
    ),
    ...(isAtLeast(target, '1.1.7') ? replacedFleets(stage) : []),
  ];
}

/** IAM had no reason to refuse, and the embedded account knew everything it was asked. */
function faultless({ world }: Stage): Check[] {
  const { callLog } = world.account;
  const errors = callLog.simulatorErrors().map(({ operation, outcome }) => `${operation}: ${JSON.stringify(outcome)}`);
  const denied = callLog.denied().map(({ roleArn, operation }) => `${roleArn} ${operation}`);
  return [
    equal('the embedded account simulates everything that was asked of it', [...callLog.unserved, ...errors], []),
    equal('no role lacked a permission', [...new Set(denied)], []),
  ];
}

/** Base capacities and limits of the workgroups. */
function capacities({ world }: Stage): unknown {
  const { solution, workgroups } = world.account;
  return solution.warehouses.map(({ region, name }) => {
    const found = workgroups.find(region, name);
    if (found === undefined) return [name, 'cluster'];
    const { baseCapacityRpu, maxCapacityRpu, pricePerformanceTarget: price, parameters } = found;
    // A target that was never touched and one that is off are the same.
    return structuredClone([
      name,
      baseCapacityRpu,
      maxCapacityRpu,
      price?.status === 'ENABLED' ? price : 'off',
      parameters,
    ]);
  });
}

async function legacyTables(stage: Stage): Promise<Map<string, TableFingerprint>> {
  const all = new Map<string, TableFingerprint>();
  for (const app of stage.world.apps) {
    const tables = await tableFingerprints(await stage.database(app), schemaOf(app.appId));
    for (const [name, fingerprint] of tables) {
      if (LEGACY.includes(name)) all.set(`${app.projectId}.${app.appId}.${name}`, fingerprint);
    }
  }
  return all;
}

function present<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...before].filter(([name]) => after.has(name)));
}

function changed(
  before: ReadonlyMap<string, TableFingerprint>,
  after: ReadonlyMap<string, TableFingerprint>,
): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => {
    const [one, other] = [before.get(name), after.get(name)];
    return one?.hash !== other?.hash || one?.rows !== other?.rows;
  });
}
