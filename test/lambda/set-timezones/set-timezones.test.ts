import { setTimezonesPermissions } from '../../../lib/policies/pipeline';
import { decide } from '../../../lambda/set-timezones/set-timezones';
import {
  described,
  freshStep,
  policyOf,
  SolutionBench,
  type AnyConverge,
} from '../../rehearsal/solution/solution-bench';

const WANTED = [
  { appId: 'app1', timezone: 'Asia/Shanghai' },
  { appId: 'app2', timezone: 'Europe/Berlin' },
];

describe('which reporting time zone is set next', () => {
  it.each([
    [{}, { do: 'set', wanted: WANTED[0], missing: 2 }],
    [{ app1: 'Asia/Shanghai' }, { do: 'set', wanted: WANTED[1], missing: 1 }],
    [{ app1: ' ' }, { do: 'set', wanted: WANTED[0], missing: 2 }],
    [{ app1: 'Asia/Shanghai', app2: 'Europe/Berlin' }, { do: 'done' }],
    // A conflict of the second app is told before the first one is set for ever.
    [{ app2: 'UTC' }, { do: 'refuse', wanted: WANTED[1], known: 'UTC' }],
  ])('with %j known', (known, action) => {
    expect(decide(WANTED, new Map(Object.entries(known)), {})).toEqual(action);
  });

  it('is nobody’s any more after five calls that show nothing', () => {
    expect(decide(WANTED, new Map(), { app1: 5 })).toEqual({ do: 'give up', wanted: WANTED[0] });
  });
});

describe('reporting time zones, by the step against the solution’s own life', () => {
  let bench: SolutionBench;
  let converge: AnyConverge;

  beforeEach(async () => {
    const { projects, ...rest } = described();
    const bare = projects.map((project) => ({ ...project, apps: project.apps.map(({ appId }) => ({ appId })) }));
    bench = new SolutionBench(
      { ...rest, projects: bare },
      policyOf((scope) => setTimezonesPermissions(scope, { trigger: 'invoke' })),
    );
    await bench.open();
    bench.plan({ timezones: WANTED });
    converge = freshStep(() => jest.requireActual('../../../lambda/set-timezones/set-timezones'));
  });
  afterEach(() => bench.close());

  it('are set one a pass and proved by the record', async () => {
    await expect(bench.run(converge)).resolves.toMatchObject({ status: 'DONE', facts: { apps: 2 } });

    await expect(bench.record()).resolves.toMatchObject({ timezone: WANTED });
    expect(bench.account.callLog.of('lambda', 'Invoke')).toHaveLength(2);
    expect(bench.account.callLog.denied()).toEqual([]);
  });

  it('are left alone when they are set already', async () => {
    await bench.writeRecord({ timezone: WANTED });

    await expect(bench.run(converge)).resolves.toMatchObject({ status: 'DONE' });
    expect(bench.account.callLog.of('lambda', 'Invoke')).toEqual([]);
  });

  it.each(['before', 'after'] as const)('survive a call that was lost %s it was done', async (loss) => {
    bench.life.api.lose('timezone', loss);

    await expect(bench.run(converge)).resolves.toMatchObject({ status: 'DONE' });
    await expect(bench.record()).resolves.toMatchObject({ timezone: WANTED });
  });

  it('are refused before anything is set when one differs', async () => {
    await bench.writeRecord({ timezone: [{ appId: 'app2', timezone: 'UTC' }] });

    await expect(bench.run(converge)).rejects.toMatchObject({ name: 'ConsoleRefused', report: { redrive: 'no' } });
    expect(bench.account.callLog.of('lambda', 'Invoke')).toEqual([]);
  });

  it('hand on the console’s own words when it refuses', async () => {
    bench.plan({ timezones: [{ appId: 'app1', timezone: 'Mars/Base' }] });

    await expect(bench.run(converge)).rejects.toMatchObject({
      name: 'ConsoleRefused',
      report: { why: expect.stringContaining('Invalid timezone.') as string },
    });
  });

  it('wait for a person with the manual trigger', async () => {
    bench.settings = { PIPELINE_TRIGGER: 'manual', CONSOLE_TOKEN_SECRET: '' };

    await expect(bench.pass(converge, {})).resolves.toMatchObject({
      status: 'IN_PROGRESS',
      summary: expect.stringMatching(/a person has to set .* app1 to Asia\/Shanghai/) as string,
    });
    await bench.writeRecord({ timezone: WANTED });
    await expect(bench.run(converge)).resolves.toMatchObject({ status: 'DONE' });
  });
});
