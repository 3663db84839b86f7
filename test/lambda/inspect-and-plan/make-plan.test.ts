import { differences } from '../../../lambda/inspect-and-plan/fingerprint';
import type { Plan } from '../../../lambda/shared/plan/plan';
import type { Measurement } from '../../../lambda/inspect-and-plan/inspect-warehouse';
import { CUTOFF_MS } from '../support/fixtures';
import { foundProject, foundTemplate, measurement, NEW, OLD, planOf, verdict, type Situation } from '../support/found';

const UPGRADE: Situation = {
  input: { console: { targetVersion: 'v1.1.7' } },
  console: { version: OLD, template: foundTemplate() },
  projects: [{ version: OLD }],
};
const BOTH = [verdict(), verdict({ appId: 'app2' })];

const hash = (asked: Situation): string => planOf(asked).plan.hash;
const project = (asked: Situation): Plan['projects'][number] => {
  const [first] = planOf(asked).plan.projects;
  if (first === undefined) throw new Error('no project');
  return first;
};
const decided = (steps: Plan['steps']): Record<string, string> =>
  Object.fromEntries(steps.map(({ step, decision }) => [step, decision]));
const notes = (changes: Partial<Measurement>, asked: Situation = {}): string =>
  project({ ...asked, measurements: [measurement(changes)] }).notes.join('\n');

describe('A console that is at the release already', () => {
  const there = { console: { version: NEW, template: foundTemplate() }, verdicts: BOTH };
  const templateUrl = foundTemplate().url;

  test('is left alone', () => {
    const { plan } = planOf({ ...there, input: { console: { targetVersion: 'v1.1.7' } } });
    expect(plan.console).toMatchObject({ decision: 'skip', reason: `it is at ${NEW} already` });
  });

  test('is given the template that the input names, and its pipelines are no reason to be upgraded again', () => {
    const asked = { ...there, input: { console: { templateUrl } } };
    expect(planOf(asked).plan.console).toMatchObject({ decision: 'upgrade', templateUrl });
    expect(project(asked).decision).toBe('skip');
  });
});

describe('The plan of an upgrade to the new data model', () => {
  const { plan, projectPlans, appPlans } = planOf(UPGRADE);

  test('upgrades the console by its pinned template with the values it has', () => {
    expect(plan.console).toMatchObject({
      decision: 'upgrade',
      version: OLD,
      targetVersion: 'v1.1.7',
      templateUrl: expect.stringContaining('/v1.1.7/') as string,
      parameters: [{ key: 'Email', use: 'previous' }],
      capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    });
  });

  test('tells every step of project and root, and what it would change', () => {
    const { 'Prove the Lambda functions': proof, ...steps } = decided(plan.steps);
    expect(proof).toBe('skip');
    expect(new Set(Object.values(steps))).toEqual(new Set(['do']));
    expect(decided(plan.projects[0]?.steps ?? [])).toEqual({
      'Set reporting time zones': 'skip',
      'Pause data processing': 'do',
      'Start the pipeline upgrade': 'do',
      'Replace ingestion instances': 'do',
      'Finish the pipeline upgrade': 'do',
      'Keep data processing paused': 'do',
      'Scale Redshift up': 'skip',
      'Each app': 'do',
      'Restore capacity': 'skip',
      'Resume data processing': 'do',
    });
  });

  test('has an object of its own for the project and for each app', () => {
    expect(projectPlans).toEqual([
      expect.objectContaining({
        projectId: 'project1',
        pipeline: 'upgrade',
        version: OLD,
        targetVersion: 'v1.1.7',
        pauseProcessing: true,
        expectSchema: true,
        ingestion: { kind: 'ec2', replace: true, refresh: false },
        apps: [{ appId: 'app1' }, { appId: 'app2' }],
      }),
    ]);
    expect(appPlans.map(({ appId, stackPrefix, cutoffMs }) => [appId, stackPrefix, cutoffMs])).toEqual([
      ['app1', 'Clickstream', CUTOFF_MS],
      ['app2', 'Clickstream', CUTOFF_MS],
    ]);
  });

  test('estimates console, pipeline and data: one after another, five projects at once', () => {
    expect(plan.estimate?.parts).toMatchObject({ consoleSeconds: 600, pipelineSeconds: 1_200 });
    const seconds = (projects: number): number => {
      const found = Array.from({ length: projects }, (_, index) => ({ projectId: `p${index}`, version: OLD }));
      return planOf({ ...UPGRADE, projects: found }).plan.estimate?.seconds.likely ?? 0;
    };
    expect(seconds(1)).toBe(plan.estimate?.seconds.likely);
    expect(seconds(5)).toBe(seconds(1));
    expect(seconds(6)).toBe(2 * (seconds(1) - 600) + 600);
  });
});

describe('The plan skips', () => {
  test('everything where nothing is left', () => {
    const { plan, projectPlans } = planOf({ verdicts: BOTH });
    expect(plan.projects[0]).toMatchObject({
      decision: 'skip',
      reason: 'nothing is left to do: it is migrated, and its verdict still holds',
    });
    expect(projectPlans).toEqual([]);
    expect(decided(plan.steps)).toMatchObject({
      'Back up': 'skip',
      'Upgrade the web console': 'skip',
      'Each project': 'skip',
      Report: 'do',
    });
  });

  test.each<[string, Situation, string]>([
    [
      'a project without Redshift',
      {
        projects: [{ stacks: foundProject().stacks.filter(({ type }) => type !== 'DataModelingRedshift') }],
        measurements: [],
      },
      'no Redshift data model',
    ],
    ['an app without a legacy event table', { measurements: [measurement({ legacy: {} })] }, 'no legacy event table'],
    [
      'the data when the target has the old data model',
      { console: { version: 'v1.1.5-1' }, projects: [{ version: 'v1.1.5-1' }], measurements: [] },
      'the data model changes with v1.1.6',
    ],
  ])('%s', (_, asked, reason) => {
    const { decision, apps } = project(asked);
    expect(decision).toBe('skip');
    expect(apps.map((app) => app.reason)).toEqual([expect.stringContaining(reason), expect.stringContaining(reason)]);
  });

  test('the data of a pipeline that only follows a release, and upgrades it all the same', () => {
    const found = project({
      projects: [{ version: 'v1.1.6-202405240000' }],
      measurements: [measurement({ legacy: {} })],
    });
    expect(found).toMatchObject({ decision: 'work', reason: 'its pipeline is upgraded' });
    expect(decided(found.steps)).toMatchObject({ 'Start the pipeline upgrade': 'do', 'Each app': 'skip' });
  });

  test('to replace instances up to 1.1.6 and on Fargate, and refreshes them when that is asked for', () => {
    const kind = (changes: Situation): string | undefined =>
      project(changes).steps.find(({ step }) => step === 'Replace ingestion instances')?.what;
    expect(kind({ ...UPGRADE, projects: [{ version: OLD, ingestion: { kind: 'fargate' } }] })).toContain('Fargate');
    expect(kind({ ...UPGRADE, input: { console: { targetVersion: 'v1.1.6' } } })).toContain('up to v1.1.6');
    const refreshed = planOf({ verdicts: BOTH, input: { ingestion: { refresh: true } } });
    expect(refreshed.projectPlans[0]?.ingestion).toEqual({ kind: 'ec2', replace: true, refresh: true });
  });

  test('the console at its target', () => {
    expect(planOf().plan.console).toMatchObject({
      decision: 'skip',
      reason: `it is at ${NEW} already`,
      parameters: [],
    });
  });
});

describe('The plan of a project', () => {
  test('asks for Retry where the last upgrade did not come through', () => {
    const stacks = foundProject().stacks.map((stack) => ({ ...stack, status: 'UPDATE_ROLLBACK_COMPLETE' }));
    const { projectPlans, plan } = planOf({ projects: [{ stacks }] });
    expect(projectPlans[0]?.pipeline).toBe('retry');
    expect(plan.projects[0]?.notes[0]).toContain('Retry is asked for first');
  });

  test('sets the time zones that apps lack, of apps that are not migrated, too', () => {
    const { projectPlans } = planOf({
      ...UPGRADE,
      input: {
        console: { targetVersion: 'v1.1.7' },
        projects: [{ projectId: 'project1', timezone: 'UTC', apps: [{ appId: 'app1', timezone: 'Asia/Tokyo' }] }],
      },
      projects: [{ version: OLD, apps: [{ appId: 'app1' }, { appId: 'app2' }] }],
    });
    expect(projectPlans[0]?.timezones).toEqual([
      { appId: 'app1', timezone: 'Asia/Tokyo' },
      { appId: 'app2', timezone: 'UTC' },
    ]);
  });

  test('raises the capacity of a workgroup for the migration, and never lowers it', () => {
    const capacity = (rpu: number, changes: Situation = {}): unknown =>
      planOf({ ...changes, input: { migration: { rpu } } }).projectPlans[0]?.capacity;
    expect(capacity(64)).toEqual({ rpu: 64 });
    expect(capacity(16)).toBeUndefined();
    expect(capacity(64, { verdicts: BOTH, projects: [{ version: OLD }] })).toBeUndefined();
    const cluster = { kind: 'provisioned' as const, region: 'eu-west-1', name: 'c', roleArn: 'r', dbUser: 'admin' };
    expect(capacity(64, { projects: [{ warehouse: cluster }] })).toBeUndefined();
  });

  test('notes what nobody would want to learn afterwards', () => {
    const old = { projects: [{ version: OLD, handSet: ['Parameter RedshiftEndpointParam is mine.'] }] };
    expect(notes({ dependants: [{ view: 'reports.daily', on: 'app1.clickstream_session_view_v2' }] }, old)).toContain(
      'drops with CASCADE',
    );
    expect(notes({ dependants: [{ view: 'reports.daily', on: 'app1.event' }] }, old)).toContain('stays for now');
    expect(notes({ foreign: [{ name: 'app1.mine', owner: 'bob' }] }, old)).toContain('app1.mine belongs to bob');
    expect(notes({}, old)).toContain('RedshiftEndpointParam');
    expect(notes({ maxQueryExecutionSeconds: 1 })).toContain('max_query_execution_time');
    expect(notes({})).toBe('');
    const warehouse = { kind: 'provisioned' as const, region: 'eu-west-1', name: 'c', roleArn: 'r', dbUser: 'admin' };
    const cluster = { projects: [{ warehouse }] };
    expect(notes({ legacy: { app1: [[CUTOFF_MS, 300_000_000]], app2: [] } }, cluster)).toContain('elastic resize');
    expect(notes({}, cluster)).toBe('');
  });
});

describe('The plan of a clean-up', () => {
  const cleanup = { input: { mode: 'cleanup', cascade: true }, verdicts: BOTH };

  test('has the apps that are proved and still have legacy tables, from the moment they were proved for', () => {
    const { plan, projectPlans, appPlans } = planOf({
      ...cleanup,
      verdicts: [verdict({ cutoffMs: 86_400_000 })],
      measurements: [measurement({ objects: { app1: ['event', 'item'], app2: ['event_v2'] } })],
    });
    expect(plan.kind).toBe('cleanup');
    expect(plan.projects[0]?.apps.map(({ appId, decision }) => [appId, decision])).toEqual([
      ['app1', 'clean'],
      ['app2', 'skip'],
    ]);
    expect(projectPlans[0]).toMatchObject({ pipeline: 'none', pauseProcessing: false, apps: [{ appId: 'app1' }] });
    expect(appPlans.map(({ appId, cutoffMs }) => [appId, cutoffMs])).toEqual([['app1', 86_400_000]]);
  });

  test('lists the views that go along', () => {
    const measurements = [measurement({ dependants: [{ view: 'reports.daily', on: 'app1.event' }] })];
    expect(project({ ...cleanup, measurements }).notes).toEqual([
      'View reports.daily stands on app1.event and is dropped with it.',
    ]);
  });

  test('touches neither console nor pipeline', () => {
    const { plan } = planOf({ ...cleanup, projects: [{ version: OLD }] });
    expect(plan.console.decision).toBe('skip');
    expect(plan.steps.map(({ step }) => step)).toEqual([
      'Approve the plan',
      'Take the lock',
      'Confirm the plan',
      'Each project to clean up',
      'Report',
      'Release the lock',
    ]);
  });
});

describe('The hash of a plan', () => {
  test('is the same for the same world and input, however often it is asked, and whatever is counted', () => {
    expect(hash({})).toBe(hash({ input: { mode: 'execute' } }));
    expect(hash({})).toBe(hash({ input: { mode: 'plan', planHash: 'a'.repeat(32) } }));
    expect(hash({})).toBe(hash({ measurements: [measurement({ legacy: { app1: [[CUTOFF_MS, 7]], app2: [] } })] }));
  });

  test.each<[string, Situation]>([
    ['another mode of work', { input: { mode: 'cleanup' } }],
    ['another input', { input: { migration: { days: 31 } } }],
    ['another version of a stack', { projects: [{ version: 'v1.1.7-202409999999' }] }],
    [
      'another time zone',
      {
        projects: [
          {
            apps: [
              { appId: 'app1', timezone: 'UTC' },
              { appId: 'app2', timezone: 'UTC' },
            ],
          },
        ],
      },
    ],
    [
      'another warehouse',
      { projects: [{ warehouse: { kind: 'serverless', region: 'eu-west-1', name: 'x', roleArn: 'r' } }] },
    ],
    ['another decision', { verdicts: [verdict()] }],
  ])('changes with %s', (_, asked) => {
    expect(hash(asked)).not.toBe(hash({}));
  });
});

describe('A plan becomes stale', () => {
  const moved = (asked: Situation): string[] => differences(planOf().plan.fingerprint, planOf(asked).plan.fingerprint);

  test.each<[string, Situation, string]>([
    ['by another version of the console', { console: { version: 'v1.1.8-1' } }, 'console.version'],
    ['by a stack at work', { console: { status: 'UPDATE_IN_PROGRESS' } }, 'console.status'],
    ['by a new app', { projects: [{ apps: [...foundProject().apps, { appId: 'app3' }] }] }, 'project1.apps.app3'],
    [
      'by legacy tables that are gone',
      { measurements: [measurement({ objects: { app1: [], app2: ['event'] } })] },
      'project1.apps.app1',
    ],
    [
      'by a warehouse that can no longer be read',
      { measurements: [measurement({ problem: 'no', objects: {} })] },
      'project1.apps.app1',
    ],
  ])('%s', (_, asked, name) => {
    expect(moved(asked)[0]).toMatch(new RegExp(`^${name.replaceAll('.', '\\.')}: was .*, is `));
  });

  test('not by counts, and not because an app has been migrated since', () => {
    expect(moved({ verdicts: BOTH, measurements: [measurement({ baseCapacityRpu: 64 })] })).toEqual([]);
  });
});

describe('The plan where Python functions are replaced', () => {
  const gone: Partial<Measurement> = {
    python: { is: 'gone', words: 'no more' },
    udf: { functionName: 'ClickstreamUpgrade-udf', roleArn: 'arn:aws:iam::111122223333:role/r', deployed: true },
  };
  const asked: Situation = {
    ...UPGRADE,
    input: {
      console: { targetVersion: 'v1.1.7' },
      pythonUdf: 'replace',
      projects: [{ projectId: foundProject().projectId, apps: [{ appId: 'app1' }] }],
    },
    measurements: [measurement(gone)],
  };

  test('proves the function, and repairs the schema of the apps that nobody has asked for', () => {
    const { plan, projectPlans } = planOf(asked);
    expect(decided(plan.steps)).toMatchObject({ 'Prove the Lambda functions': 'do' });
    expect(projectPlans[0]?.udf).toEqual({
      functionName: 'ClickstreamUpgrade-udf',
      roleArn: 'arn:aws:iam::111122223333:role/r',
    });
    const [{ apps, steps } = { apps: [], steps: [] }] = plan.projects;
    expect(apps.map(({ appId, decision }) => [appId, decision])).toEqual([
      ['app1', 'migrate'],
      ['app2', 'repair'],
    ]);
    expect(steps.find(({ step }) => step === 'Each app')?.what).toBe('1 app; only the schema of 1 app');
  });
});
