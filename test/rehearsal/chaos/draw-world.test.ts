import { readInput } from '../../../lambda/inspect-and-plan/input';
import { isAtLeast } from '../../../rehearsal/aws/cloudformation/solution-stacks';
import { chaosWorld } from '../../../rehearsal/chaos/draw-world';
import { Draw, worldSeed } from '../../../rehearsal/chaos/draw';
import { STOPPABLE } from '../../../rehearsal/chaos/draw-disturbances';
import type { ChaosWorld } from '../../../rehearsal/chaos/chaos-world';
import { appsOf } from '../../../rehearsal/world/description';
import { deployed } from '../../support/synth';

const WORLDS = 200;
const SEEDS = [1, 2, 3];

const worlds = (seed: number): ChaosWorld[] =>
  Array.from({ length: WORLDS }, (_, index) => chaosWorld(worldSeed(seed, index)));

function countBy<T>(all: readonly T[], keyOf: (one: T) => readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of all.flatMap(keyOf)) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

describe('A draw', () => {
  test('depends on seed and subject alone', () => {
    const numbers = (draw: Draw): number[] => Array.from({ length: 20 }, () => draw.whole(0, 1_000_000));
    expect(numbers(new Draw(7, 'a'))).toEqual(numbers(new Draw(7, 'a')));
    expect(numbers(new Draw(7, 'a'))).not.toEqual(numbers(new Draw(7, 'b')));
    expect(numbers(new Draw(7, 'a'))).not.toEqual(numbers(new Draw(8, 'a')));
    expect(numbers(new Draw(7, 'a').of('b'))).toEqual(numbers(new Draw(7, 'a/b')));
  });

  test('keeps to its bounds and weights', () => {
    const draw = new Draw(1, 'bounds');
    const drawn = Array.from({ length: 3_000 }, () => draw.whole(2, 4));
    expect(new Set(drawn)).toEqual(new Set([2, 3, 4]));
    const weighted = Array.from({ length: 3_000 }, () =>
      draw.weighted([
        [3, 'often'],
        [0, 'never'],
        [1, 'seldom'],
      ]),
    );
    const { often = 0, never = 0, seldom = 0 } = countBy(weighted, (one) => [one]);
    expect(never).toBe(0);
    expect(often / seldom).toBeGreaterThan(2);
    expect(often / seldom).toBeLessThan(4.5);
  });
});

describe('Seeds of worlds', () => {
  test('are what the command line takes, and differ', () => {
    const seeds = SEEDS.flatMap((seed) => Array.from({ length: WORLDS }, (_, index) => worldSeed(seed, index)));
    expect(new Set(seeds).size).toBe(SEEDS.length * WORLDS);
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed <= 2_147_483_647)).toBe(true);
  });
});

describe('A world of chaos', () => {
  test('is the same for the same seed', () => {
    for (let index = 0; index < 20; index += 1) {
      const seed = worldSeed(5, index);
      expect(chaosWorld(seed)).toEqual(chaosWorld(seed));
    }
    expect(chaosWorld(1)).not.toEqual(chaosWorld(2));
  });

  test('is small, and as the generator of data wants it', () => {
    for (const { description } of SEEDS.flatMap(worlds)) {
      const apps = appsOf(description);
      expect(description.events).toBeGreaterThanOrEqual(200);
      expect(description.events).toBeLessThanOrEqual(1_600);
      expect(apps.every(({ events }) => events >= 100)).toBe(true);
      expect(description.projects.length).toBeLessThanOrEqual(2);
      const regions = description.projects.map(({ region }) => region.startsWith('cn-'));
      expect(regions.every((isChina) => isChina === (description.partition === 'aws-cn'))).toBe(true);
    }
  });

  test('has an input that is understood, in each of its modes', () => {
    for (const { input, phases } of SEEDS.flatMap(worlds)) {
      for (const mode of phases) expect(readInput({ mode, ...input }).mode).toBe(mode);
    }
  });

  test('goes to a later release, or stays where it is', () => {
    for (const { description, target } of SEEDS.flatMap(worlds)) {
      expect(isAtLeast(target, '1.1.6')).toBe(true);
      expect(isAtLeast(target, /v([\d.]+)/.exec(description.version ?? '')?.[1] ?? '')).toBe(true);
    }
  });

  test.each(SEEDS)('shows, among two hundred of seed %d, everything there is', (seed) => {
    const all = worlds(seed);
    const projects = all.flatMap(({ description }) => description.projects);
    const has = (counts: Record<string, number>, ...names: string[]): void => {
      for (const name of names) expect(counts).toHaveProperty([name], expect.any(Number));
    };
    has(
      countBy(all, ({ start }) => [start]),
      'before',
      'console-ahead',
      'new-model',
      'only-data',
      'migrated',
      'too-old',
    );
    has(
      countBy(all, ({ refusal }) => [refusal ?? 'none']),
      'none',
      'too-old',
      'no-time-zone',
      'python-gone',
      'one-server',
    );
    has(
      countBy(all, ({ phases }) => [phases.join()]),
      'plan',
      'execute',
      'plan,execute',
      'execute,cleanup',
    );
    has(
      countBy(all, ({ description: { partition = 'aws' } }) => [partition]),
      'aws',
      'aws-cn',
    );
    has(
      countBy(all, ({ target }) => [target]),
      'v1.1.6',
      'v1.1.7',
      'v1.1.8',
      'v1.1.13',
    );
    has(
      countBy(all, ({ input }) => [(input['migration'] as { strategy: string }).strategy]),
      'windowed',
      'documented',
    );
    has(
      countBy(projects, ({ redshift }) => [redshift?.mode ?? '']),
      'New_Serverless',
      'Serverless',
      'Provisioned',
    );
    has(
      countBy(projects, ({ ingestion }) => [ingestion?.infra ?? 'none']),
      'EC2',
      'FARGATE',
      'none',
    );
    has(
      countBy(projects, ({ apps }) => [String(apps.length)]),
      '1',
      '2',
    );
    has(
      countBy(all, ({ approvalMs }) => [approvalMs === undefined ? 'no' : 'yes']),
      'yes',
      'no',
    );
    has(
      countBy(all, ({ disturbances }) => disturbances.map(({ kind }) => kind)),
      'calls-fail',
      'outage',
      'functions-crash',
      'functions-out',
      'calls-end',
      'procedure-fails',
      'bad-data',
      'stop',
      'refusal-by-person',
      'stack-fails',
      'console-fails',
      'schema-fails',
      'job-runs',
      'capacity-refused',
      'user-twice',
    );
    const moments = countBy(all, ({ redrives }) =>
      redrives
        .slice(0, 2)
        .map((moment) => (typeof moment === 'string' ? moment : moment.hours > 24 ? 'days' : 'hours')),
    );
    has(moments, 'at-once', 'after-map-runs', 'hours', 'days');
    expect(all.filter(({ disturbances }) => disturbances.length === 0).length).toBeLessThan(WORLDS / 4);
    expect(all.filter(({ refusal }) => refusal !== undefined).length).toBeLessThan(WORLDS / 4);
  });

  test('is stopped at states that the machine has', () => {
    const tasks = deployed('aws').stateMachines.flatMap(({ definition }) => taskNames(definition));
    expect(STOPPABLE.filter((name) => !tasks.includes(name))).toEqual([]);
  });
});

function taskNames(definition: unknown): string[] {
  if (typeof definition !== 'object' || definition === null) return [];
  return Object.entries(definition).flatMap(([name, value]: [string, unknown]) => {
    const isTask = typeof value === 'object' && value !== null && 'Type' in value && value.Type === 'Task';
    return [...(isTask ? [name] : []), ...taskNames(value)];
  });
}
