import { ACCOUNT_STEPS, appsOf, done, planned, PROJECTS, RehearsedMachine } from '../support/rehearsed-machine';

/** A whole upgrade is some four hundred evaluations of JSONata for each app; a busy machine takes its time for them. */
jest.setTimeout(60_000);

const BEFORE_PROJECTS = [
  'inspect-and-plan plan',
  'prepare-change-set',
  'approve-plan',
  'take-lock',
  'inspect-and-plan confirm',
  'prove-functions',
  'back-up',
  'upgrade-console',
];
const AFTER_PROJECTS = ['report', 'release-lock'];

const BEFORE_APPS = [
  'list-apps',
  'set-timezones',
  'pause-processing pause',
  'upgrade-pipeline start',
  'replace-instances',
  'upgrade-pipeline finish',
  'pause-processing keep',
];
const migration = (appId: string): string[] =>
  [
    'repair-schema',
    'wait-for-schema',
    'check',
    'migrate-events',
    'migrate-users',
    'migrate-items',
    'migrate-sessions',
    'refresh-base-view',
    'recalculate-metrics',
    'verify-parity',
  ].map((step) => `${step} ${appId}`);
const AFTER_APPS = ['scale-warehouse restore', 'resume-processing', 'judge-children'];

describe('The deployed machine, executed', () => {
  test('ends with the plan, and touches nothing, when a plan is asked for', async () => {
    const machine = new RehearsedMachine(ACCOUNT_STEPS);
    const { status, output } = await machine.run({});
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(String(output))).toEqual({ hash: 'h' });
    expect(machine.told()).toEqual(['inspect-and-plan plan']);
  });

  test('goes the whole way of the guide, and ends with the report and without the lock', async () => {
    const machine = new RehearsedMachine(ACCOUNT_STEPS);
    const { status, output } = await machine.run({ mode: 'execute' });
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(String(output))).toEqual({ apps: 4 });
    expect(machine.told()).toEqual([...BEFORE_PROJECTS, 'judge-children', ...AFTER_PROJECTS]);
    for (const { projectId } of PROJECTS) {
      expect(machine.told(projectId)).toEqual([
        ...BEFORE_APPS,
        'scale-warehouse up',
        ...migration('web'),
        ...migration('mobile'),
        ...AFTER_APPS,
      ]);
    }
  });

  test('tells every child the plan, and counts the passes of each execution by themselves', async () => {
    const machine = new RehearsedMachine(ACCOUNT_STEPS);
    await machine.run({ mode: 'execute' });
    const verified = machine.requestsOf('verify-parity');
    expect(verified.every(({ root }) => root.plan === 'plans/h/plan.json')).toBe(true);
    // Two passes each for the nine steps before it, one for its own first.
    expect(Math.max(...verified.map(({ execution }) => execution.passes))).toBe(19);
    // Two for each step but the first two and the judge, which are done at once.
    expect(machine.requestsOf('release-lock').map(({ execution }) => execution.passes)).toEqual([
      1 + 2 + 1 + 2 + 1 + 2 + 2 + 2 + 1 + 1,
      1 + 2 + 1 + 2 + 1 + 2 + 2 + 2 + 1 + 2,
    ]);
  });

  test('reports at once when nothing is left to do: nobody is asked, nothing is locked', async () => {
    const machine = new RehearsedMachine({
      ...ACCOUNT_STEPS,
      'inspect-and-plan': () => planned({ items: [], nothing: true }),
    });
    expect(await machine.run({ mode: 'execute' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(machine.told()).toEqual(['inspect-and-plan plan', ...AFTER_PROJECTS]);
  });

  test('upgrades the console where there is no project to work on', async () => {
    const machine = new RehearsedMachine({ ...ACCOUNT_STEPS, 'inspect-and-plan': () => planned({ items: [] }) });
    expect(await machine.run({ mode: 'execute' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(machine.told()).toEqual([...BEFORE_PROJECTS, ...AFTER_PROJECTS]);
  });

  test('upgrades and puts back a project without apps, which has no capacity to raise and nothing to judge', async () => {
    const machine = new RehearsedMachine({
      ...ACCOUNT_STEPS,
      'list-apps': ({ target }) => done({ items: target['projectId'] === 'shop' ? [] : appsOf('game') }),
    });
    expect(await machine.run({ mode: 'execute' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(machine.told('shop')).toEqual([...BEFORE_APPS, 'scale-warehouse restore', 'resume-processing']);
    expect(machine.told('game')).toContain('judge-children');
  });

  test('waits for the schema of an app without legacy data, and migrates nothing of it', async () => {
    const [web, mobile] = appsOf('shop');
    const machine = new RehearsedMachine({
      ...ACCOUNT_STEPS,
      'inspect-and-plan': ({ target }) => (target['act'] === 'confirm' ? done() : planned({ items: [PROJECTS[0]] })),
      'list-apps': () => done({ items: [{ ...web, schemaOnly: true }, mobile] }),
    });
    expect(await machine.run({ mode: 'execute' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(machine.told('shop')).toEqual([
      ...BEFORE_APPS,
      'scale-warehouse up',
      'repair-schema web',
      'wait-for-schema web',
      ...migration('mobile'),
      ...AFTER_APPS,
    ]);
    const [first, , third] = machine.requestsOf('wait-for-schema');
    expect([first?.target['schemaOnly'], third?.target['schemaOnly']]).toEqual([true, undefined]);
  });

  test('cleans up under lock and approval, without a change set or a backup', async () => {
    const machine = new RehearsedMachine(ACCOUNT_STEPS);
    expect(await machine.run({ mode: 'cleanup' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(machine.told()).toEqual([
      'inspect-and-plan plan',
      'approve-plan',
      'take-lock',
      'inspect-and-plan confirm',
      'judge-children',
      ...AFTER_PROJECTS,
    ]);
    expect(machine.told('shop')).toEqual([
      'list-apps',
      'verify-parity reprove web',
      'clean-up web',
      'verify-parity reprove mobile',
      'clean-up mobile',
      'judge-children',
    ]);
  });

  test('changes nothing while the operator thinks, or after a no', async () => {
    const machine = new RehearsedMachine({
      ...ACCOUNT_STEPS,
      'approve-plan': ({ taskToken = '' }, { engine }) => {
        engine.sendTaskFailure({ taskToken, error: 'Rejected', cause: 'not today' });
        return {};
      },
    });
    expect(await machine.run({ mode: 'execute' })).toMatchObject({ status: 'FAILED', error: 'Rejected' });
    expect(machine.told()).toEqual(['inspect-and-plan plan', 'prepare-change-set', 'approve-plan']);
  });
});
