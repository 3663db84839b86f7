import type { Gathered } from '../../../lambda/report/gather';
import { compose } from '../../../lambda/report/compose';
import { markdown } from '../../../lambda/report/markdown';
import { summary } from '../../../lambda/report/summary-text';
import { reportDocument, type ReportDocument, type Usage } from '../../../lambda/report/report-document';
import { usagesToMeasure } from '../../../lambda/report/usage';
import type { ParityVerdict } from '../../../lambda/shared/parity-verdict';
import type { Plan } from '../../../lambda/shared/plan/plan';
import type { StepRecord } from '../../../lambda/shared/step-record';
import { journalRecord, NOW_MS, ROOT } from '../support/fixtures';
import { plan, plannedApp, plannedProject, record, verdict, WAREHOUSE } from './support';

interface Left {
  root?: Record<string, StepRecord>;
  project?: Record<string, StepRecord>;
  app?: Record<string, StepRecord>;
  calls?: Record<string, ReturnType<typeof journalRecord>>;
  verdict?: ParityVerdict | undefined;
}

/** The same records for every project and app of the plan. */
function gathered(of: Plan, left: Left = {}): Gathered {
  const found = 'verdict' in left ? left.verdict : verdict();
  return {
    records: new Map(Object.entries(left.root ?? {})),
    projects: of.projects.map((project) => ({
      project,
      records: new Map(Object.entries(left.project ?? {})),
      apps: project.apps.map((app) => ({
        app,
        records: new Map(Object.entries(app.decision === 'skip' ? {} : (left.app ?? {}))),
        calls: new Map(Object.entries(left.calls ?? {})),
        verdict: found,
      })),
    })),
  };
}

const reportOf = (of: Plan, left: Left = {}, usages: Usage[] = []): ReportDocument =>
  compose(of, gathered(of, left), usages, ROOT, NOW_MS);

const MIGRATED: Left = {
  root: {
    'Back up': record('back-up', { facts: { backupMetadata: 'upgrade-run-1-metadata' } }),
    'Upgrade the web console': record('upgrade-console', { startedMs: NOW_MS - 3_600_000, endedMs: NOW_MS }),
  },
  project: {
    'Pause data processing': record('pause-processing'),
    'Resume data processing': record('resume-processing', {
      summary: 'the schedule is as it was',
      facts: { leftApplications: '00f1 is still started' },
    }),
  },
  app: {
    'Migrate events': record('migrate-events', { facts: { events: 30_000, batches: 3 } }),
    'Verify parity': record('verify-parity', { activeMs: 60_000 }),
  },
  calls: { 'Migrate events': journalRecord({ sql: { name: 'events/call', text: 'CALL' }, id: 'statement-7' }) },
};

const step = (of: ReportDocument, state: string): ReportDocument['steps'][number] | undefined =>
  [of.steps, ...of.projects.flatMap((project) => [project.steps, ...project.apps.map((app) => app.steps)])]
    .flat()
    .find((each) => each.state === state);

describe('The report', () => {
  test('tells of each state what was asked, what it did, its counts, its time and its last statement', () => {
    const report = reportOf(plan(), MIGRATED);
    expect(step(report, 'Migrate events')).toEqual({
      state: 'Migrate events',
      asked: 'every event is moved',
      outcome: 'done',
      done: 'migrate-events is done',
      facts: { events: 30_000, batches: 3 },
      startedAt: new Date(NOW_MS).toISOString(),
      endedAt: new Date(NOW_MS + 600_000).toISOString(),
      activeSeconds: 300,
      statement: { name: 'events/call', id: 'statement-7', state: 'alive' },
    });
    expect(report.projects[0]?.apps[0]).toMatchObject({ activeSeconds: 360, migratedEvents: 30_000, parity: 'proved' });
    expect(report.projects[0]?.activeSeconds).toBe(960);
  });

  test.each([
    ['done', { 'Replace ingestion instances': record('replace-instances') }],
    ['skipped', { 'Replace ingestion instances': record('replace-instances', { summary: 'skipped: Fargate' }) }],
    ['skipped', {}],
  ])('says that a state was %s, by its record before the plan', (outcome, project) => {
    expect(step(reportOf(plan(), { project }), 'Replace ingestion instances')?.outcome).toBe(outcome);
  });

  test('says of a state that the plan does not skip and that left nothing that there is no record', () => {
    expect(step(reportOf(plan()), 'Pause data processing')).toMatchObject({ outcome: 'no record', facts: {} });
  });

  test('spans from the first step to the end of the last', () => {
    const report = reportOf(plan(), MIGRATED);
    expect([report.startedAt, report.endedAt]).toEqual([
      new Date(NOW_MS - 3_600_000).toISOString(),
      new Date(NOW_MS + 600_000).toISOString(),
    ]);
  });

  test('counts projects, apps and events', () => {
    const skipped = plannedApp({ appId: 'app2', decision: 'skip', reason: 'it has no legacy event table' });
    const projects = [
      plannedProject({ apps: [plannedApp(), skipped] }),
      plannedProject({ projectId: 'idle', decision: 'skip', reason: 'nothing is left', apps: [] }),
    ];
    expect(reportOf(plan({ projects }), MIGRATED).counts).toEqual({
      projects: 1,
      projectsSkipped: 1,
      appsMigrated: 1,
      appsCleaned: 0,
      appsSkipped: 1,
      events: 30_000,
    });
  });

  test('keeps what was backed up, what was left as it was, and the notes of the plan', () => {
    const { backups, toKnow } = reportOf(plan(), MIGRATED);
    expect(backups).toEqual({ backupMetadata: 'upgrade-run-1-metadata' });
    expect(toKnow).toEqual([
      'Project shop: the view marketing.daily depends on the legacy table event.',
      'Project shop: Resume data processing: left applications 00f1 is still started.',
    ]);
  });

  test('has a clean-up’s own states only when it was one', () => {
    const states = (kind: Plan['kind'], decision: 'migrate' | 'clean'): string[] =>
      reportOf(plan({ kind, projects: [plannedProject({ apps: [plannedApp({ decision })] })] })).projects.flatMap(
        ({ apps }) => apps.flatMap((app) => app.steps.map(({ state }) => state)),
      );
    expect(states('cleanup', 'clean')).toEqual(['Prove parity again', 'Drop the legacy objects']);
    expect(states('upgrade', 'migrate')).not.toContain('Drop the legacy objects');
  });

  test('fits its own schema, also when nothing was done', () => {
    for (const report of [reportOf(plan(), MIGRATED), reportOf(plan({ projects: [] }), { verdict: undefined })]) {
      expect(reportDocument.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    }
  });
});

describe('What comes next', () => {
  test('is to look at the dashboards, and to clean up after some days', () => {
    const { next } = reportOf(plan(), MIGRATED);
    expect(next.join('\n')).toContain('{"mode": "cleanup"}');
    expect(next.join('\n')).toContain('dashboards');
  });

  test('is first of all to find out about an app without a verdict', () => {
    expect(reportOf(plan(), { ...MIGRATED, verdict: undefined }).next[0]).toContain('app1 has no verdict');
  });

  test('is nothing after a clean-up', () => {
    const { next } = reportOf(plan({ kind: 'cleanup', projects: [plannedProject({ apps: [] })] }));
    expect(next).toEqual([expect.stringMatching(/^Nothing/)]);
  });
});

describe('The cost', () => {
  const two = plan({ projects: [plannedProject(), plannedProject({ projectId: 'second' })] });
  const APP_SPAN = { fromMs: NOW_MS, toMs: NOW_MS + 600_000 };

  test('is asked once of a warehouse that projects share, for the time in which their apps were worked on', () => {
    expect(usagesToMeasure(two, gathered(two, MIGRATED))).toEqual([{ projectId: 'shop', ...APP_SPAN }]);
  });

  test('is not asked of a cluster, nor of a warehouse on which nothing was done', () => {
    const cluster = plan({ projects: [plannedProject({ warehouse: { ...WAREHOUSE, kind: 'provisioned' } })] });
    expect(usagesToMeasure(cluster, gathered(cluster, MIGRATED))).toEqual([]);
    expect(usagesToMeasure(two, gathered(two))).toEqual([]);
  });

  test('is told in RPU-hours and in the dollars they may be', () => {
    const report = reportOf(two, MIGRATED, [{ projectId: 'shop', ...APP_SPAN, rpuSeconds: 10 * 3_600 }]);
    expect(report.cost.warehouses).toMatchObject([
      { name: 'wg', projects: ['shop', 'second'], rpuHours: 10, usd: { low: 3.6, high: 5 } },
    ]);
    expect(markdown(report)).toContain('10 RPU-hours');
    expect(summary(report)).toContain('Redshift charged about $3.60 to $5.00');
  });

  test('is not told in dollars in China', () => {
    const china = plan({ projects: [plannedProject({ warehouse: { ...WAREHOUSE, region: 'cn-north-1' } })] });
    const { cost } = reportOf(china, MIGRATED, [{ projectId: 'shop', ...APP_SPAN, rpuSeconds: 3_600 }]);
    expect(cost.warehouses[0]).toMatchObject({ rpuHours: 1 });
    expect(cost.warehouses[0]).not.toHaveProperty('usd');
  });

  test('that is not known says why, and the summary keeps silent about it', () => {
    const report = reportOf(plan(), MIGRATED, [{ projectId: 'shop', ...APP_SPAN, unknown: 'forbidden' }]);
    expect(markdown(report)).toContain('GRANT ROLE sys:monitor');
    expect(summary(report)).not.toContain('charged');
  });
});

describe('The page', () => {
  test('begins with a paragraph that one can send as it is', () => {
    const page = markdown(reportOf(plan(), MIGRATED)).split('\n');
    expect(page[0]).toBe('# Upgrade of clickstream-web to v1.1.7');
    expect(page[2]).toBe(
      'The web console went from v1.1.5 to v1.1.7. ' +
        '1 app with 30,000 events since 2026-01-01 was migrated; the migrated data are proved equal to the legacy data. ' +
        'It took 1 h 10 min, 10 min of them for console, pipelines and migration, for which 2 min had been estimated. ' +
        'Left to do: look at the dashboards and clean up the legacy tables after some days.',
    );
  });

  test('says for how many of several apps parity is proved, and for how many a person has accepted it', () => {
    const report = reportOf(
      plan({ projects: [plannedProject({ apps: [plannedApp(), plannedApp({ appId: 'app2' })] })] }),
      {
        ...MIGRATED,
        verdict: verdict({ state: 'accepted', acceptedBy: 'Ada' }),
      },
    );
    expect(summary(report)).toContain(
      'the data of 0 are proved equal to the legacy data, and a person has accepted the differences of 2.',
    );
    expect(report.toKnow).toContain(
      'Project shop: app app2: its data differ from the legacy data, which Ada has accepted.',
    );
  });

  test('says loudly that an app is not proved', () => {
    expect(summary(reportOf(plan(), { ...MIGRATED, verdict: verdict({ state: 'open' }) }))).toContain(
      '**Not proved: app1.**',
    );
  });

  test('keeps its tables whole, whatever stands in them', () => {
    const odd = record('pause-processing', { summary: 'a | b\nc' });
    const rows = markdown(reportOf(plan(), { project: { 'Pause data processing': odd } }))
      .split('\n')
      .filter((line) => line.startsWith('| Pause data processing'));
    expect(rows).toEqual([expect.stringContaining('a \\| b c')]);
  });

  test('leaves out counts that are zero, and writes names as words', () => {
    const facts = { missingEvents: 0, migratedEvents: 1_234_567 };
    const page = markdown(reportOf(plan(), { app: { 'Verify parity': record('verify-parity', { facts }) } }));
    expect(page).toContain('migrated events 1,234,567');
    expect(page).not.toContain('missing events');
  });
});

describe('The approval', () => {
  const ADA = 'arn:aws:sts::111122223333:assumed-role/Operator/ada';
  const question = {
    v: 1,
    revision: 2,
    root: ROOT,
    token: 'token',
    planHash: 'hash1',
    askedAtMs: NOW_MS,
    question: 'Upgrade?',
    document: 'approvals/run-1.md',
    answer: { approved: true, by: ADA, atMs: NOW_MS + 3_600_000 },
  } as const;
  const approved = (of: Plan, left: Left = {}): ReportDocument =>
    compose(of, { ...gathered(of, left), approval: question }, [], ROOT, NOW_MS);

  test('is told with who gave it, when, and how long that took', () => {
    expect(step(approved(plan()), 'Approve the plan')).toMatchObject({
      outcome: 'done',
      done: expect.stringMatching(
        new RegExp(`^approved by ${ADA} on \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC$`),
      ) as string,
      activeSeconds: 3_600,
    });
    expect(markdown(approved(plan()))).toContain(`approved by \`${ADA}\` on`);
  });

  test('that took long is not called work', () => {
    expect(summary(approved(plan()))).toContain('It took 1 h, 1 h of them until the plan was approved.');
  });

  test('is told as not asked for where it was not', () => {
    const page = markdown(reportOf(plan({ approval: false }), MIGRATED));
    expect(page).toContain('Approve the plan (not asked for)');
    expect(page).not.toContain('| Approve the plan');
  });

  test('that came from elsewhere is told without a name', () => {
    expect(step(reportOf(plan(), MIGRATED), 'Approve the plan')?.done).toContain('history of the execution');
  });
});

describe('The tables', () => {
  const two = plan({ projects: [plannedProject({ apps: [plannedApp(), plannedApp({ appId: 'app2' })] })] });
  const rowsOf = (page: string, head: string): string[] => page.split('\n').filter((line) => line.startsWith(head));

  test('leave names of things as they are, and in code marks', () => {
    const facts = { 'backup of table clickstream-console-ApiMetadataEC136DD8': 'arn:aws:dynamodb:eu-west-1:1:table/t' };
    const page = markdown(reportOf(plan(), { root: { 'Back up': record('back-up', { facts }) } }));
    expect(page).toContain(
      '- backup of table `clickstream-console-ApiMetadataEC136DD8`: `arn:aws:dynamodb:eu-west-1:1:table/t`',
    );
    expect(page.match(/arn:aws:dynamodb/g)).toHaveLength(1);
  });

  test('have the steps of all apps of a project in one, and what they have in common once below it', () => {
    const objects = 'sp_migrate_data_to_v2(integer), event, item, user';
    const page = markdown(
      reportOf(two, { app: { 'Migrate users': record('migrate-users', { facts: { objects, users: 7 } }) } }),
    );
    expect(page).toContain('| Migrate users | every user is moved | app1 | migrate-users is done | users 7 | 5 min |');
    expect(page).toContain('|  |  | app2 | migrate-users is done | users 7 | 5 min |');
    expect(page).toContain(`- Migrate users, objects of app1 and app2: \`${objects}\``);
  });

  test('do not repeat in numbers what a sentence has said', () => {
    const facts = { stacks: 6, greatestWait: 6 };
    const page = markdown(
      reportOf(plan(), {
        project: { 'Pause data processing': record('pause', { summary: 'shop: 6 of 6 stacks rest', facts }) },
      }),
    );
    expect(rowsOf(page, '| Pause data processing')).toEqual([
      '| Pause data processing | disables the schedule | 6 of 6 stacks rest | greatest wait 6 | 5 min |',
    ]);
  });

  test('leave out what was skipped, which stands in one line', () => {
    const skipped = record('replace-instances', { summary: 'shop: skipped: it runs on Fargate' });
    const page = markdown(reportOf(plan(), { project: { 'Replace ingestion instances': skipped } }));
    expect(rowsOf(page, '| Replace ingestion instances')).toEqual([]);
    expect(page).toContain('Replace ingestion instances (it runs on Fargate)');
  });
});

describe('A repair of schemas', () => {
  const repaired = plannedApp({ appId: 'app0', decision: 'repair', reason: 'its schema is repaired', legacyEvents: 0 });
  const done: Left = {
    app: { 'Repair the schema': record('repair-schema'), 'Wait for schema': record('wait-for-schema') },
    verdict: undefined,
  };

  test('tells of the two states that work on it, and of no migration', () => {
    const { console: web, ...rest } = plan({ projects: [plannedProject({ steps: [], apps: [repaired] })] });
    const alone = plan({ ...rest, console: { ...web, decision: 'skip', version: 'v1.1.7' } });
    const page = markdown(reportOf(alone, done));
    expect(page).toContain('# Repair of schemas of clickstream-web, at v1.1.7\n');
    expect(page).toContain(' The schema of app0 is complete. ');
    const states = reportOf(alone, done).projects.flatMap(({ apps }) => apps.flatMap(({ steps }) => steps));
    expect(states.map(({ state, outcome }) => [state, outcome])).toEqual([
      ['Repair the schema', 'done'],
      ['Wait for schema', 'done'],
    ]);
  });

  test('within an upgrade leaves the states of the other apps in the table', () => {
    const both = plan({ projects: [plannedProject({ apps: [repaired, plannedApp()] })] });
    const report = reportOf(both, { ...done, app: { ...done.app, 'Migrate users': record('migrate-users') } });
    const page = markdown(report);
    expect(page).toContain('# Upgrade of clickstream-web to v1.1.7\n');
    expect(page).toContain(
      '| Repair the schema | its Python functions are replaced, where Redshift has ended them | app0 |',
    );
    expect(page).toContain('|  |  | app1 | repair-schema is done |');
    expect(page).toContain('| Migrate users | every user is moved | app1 | migrate-users is done |');
  });
});

describe('What is good to know', () => {
  test('leaves out what went as planned, and keeps what did not', () => {
    const { toKnow } = reportOf(plan({ projects: [plannedProject({ notes: [] })] }), {
      project: {
        'Restore capacity': record('scale-warehouse', { facts: { baseRpu: 32, leftAlone: 0 } }),
        'Resume data processing': record('resume-processing', {
          summary: 'shop: the job schedule was disabled before and somebody has enabled it: left so',
          facts: { leftAlone: 1 },
        }),
      },
    });
    expect(toKnow).toEqual([
      'Project shop: Resume data processing: the job schedule was disabled before and somebody has enabled it: left so.',
    ]);
  });

  test('says how many of the migrated events the dashboards do not show', () => {
    const found = verdict({ counts: { migratedEvents: 30_000, hiddenEvents: 145 } });
    expect(reportOf(plan(), { ...MIGRATED, verdict: found }).toKnow).toContain(
      'Project shop: the dashboards do not show 145 of the 30,000 migrated events of app1, because the legacy data do not know their users.',
    );
  });
});

describe('Estimates and measurements', () => {
  test('below a cent are told as such', () => {
    const usd = { low: 0, likely: 0, high: 0 };
    const small = plan({
      estimate: { seconds: usd, usd, parts: { migrateSeconds: 0, baseViewSeconds: 0, metricsSeconds: 0 } },
    });
    expect(markdown(reportOf(small, MIGRATED))).toContain('Estimated cost of migrating the data: less than $0.01.');
  });

  test('of time are compared over the same steps, and what ran side by side counts once', () => {
    const minutes = (from: number, to: number): Partial<StepRecord> => ({
      startedMs: NOW_MS + from * 60_000,
      endedMs: NOW_MS + to * 60_000,
      activeMs: (to - from) * 60_000,
    });
    const { cost } = reportOf(plan({ projects: [plannedProject(), plannedProject({ projectId: 'second' })] }), {
      root: {
        'Back up': record('back-up', minutes(0, 10)),
        'Upgrade the web console': record('upgrade-console', minutes(10, 20)),
      },
      project: { 'Start the pipeline upgrade': record('upgrade-pipeline', minutes(30, 40)) },
      app: { 'Migrate events': record('migrate-events', minutes(35, 50)) },
    });
    expect(cost.estimatedPartsSeconds).toBe((10 + 20) * 60);
  });
});
