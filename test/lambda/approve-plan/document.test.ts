import { documentOf, questionOf } from '../../../lambda/approve-plan/document';
import type { Plan } from '../../../lambda/shared/plan/plan';
import { plan, plannedApp, plannedProject } from '../report/support';

const NOTHING = { low: 0, likely: 0, high: 0 };
const PARTS = { migrateSeconds: 0, baseViewSeconds: 0, metricsSeconds: 0 };

const textOf = (changes: Partial<Plan> = {}): string =>
  documentOf({
    root: 'arn:aws:states:eu-west-1:1:execution:m:run-1',
    plan: plan(changes),
    changes: undefined,
    projects: [],
  });

describe('What a person is asked', () => {
  test('is one sentence with its extent and its time', () => {
    expect(questionOf({ plan: plan() })).toBe(
      'Upgrade the web console clickstream-web from v1.1.5-202404 to v1.1.7 and work on 1 project and 1 app, about 2 min?',
    );
  });

  test('says first what a clean-up takes away for ever', () => {
    const text = textOf({ kind: 'cleanup', projects: [plannedProject({ apps: [plannedApp({ decision: 'clean' })] })] });
    expect(text).toMatch(/^# Drop the legacy tables of 1 project and 1 app for ever/);
    expect(text.indexOf('## For ever')).toBeLessThan(text.indexOf('## Steps'));
  });

  test('says what the estimate covers, and that a sum below a cent is not free', () => {
    const text = textOf({ estimate: { seconds: { low: 60, likely: 120, high: 240 }, usd: NOTHING, parts: PARTS } });
    expect(text).toContain('less than $0.01. It covers the updates of console and pipelines and the migration;');
    expect(text).not.toContain('$0.00');
  });

  test('has what is skipped in one line, apart from what is done', () => {
    const text = textOf();
    expect(text).toContain('- **Pause data processing**: disables the schedule');
    expect(text).toContain('Skipped: Replace ingestion instances (it runs on Fargate).');
  });

  test('tells of each app what becomes of it', () => {
    const apps = [
      plannedApp(),
      plannedApp({ appId: 'app2', decision: 'skip', reason: 'it has no legacy event table' }),
    ];
    const text = textOf({ projects: [plannedProject({ apps })] });
    expect(text).toContain('- App `app1` (Asia/Shanghai): migrate 30.0 k events since 2026-01-01; about 2 min');
    expect(text).toContain('- App `app2` (Asia/Shanghai): skipped: it has no legacy event table.');
  });
});
