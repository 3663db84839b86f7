import { page } from '../../rehearsal/report/page';
import type { Report } from '../../rehearsal/report/report';
import { causeText, durationText } from '../../rehearsal/report/text';

const EVIL = '<script>alert("x")</script>';

const report: Report = {
  title: `a title with ${EVIL}`,
  result: {
    scenario: 'migration',
    held: false,
    execution: {
      status: 'FAILED',
      error: EVIL,
      redrives: 1,
      transitions: 10,
      historyEvents: 20,
      maxHistoryEvents: 30,
      virtualSeconds: 90,
    },
    states: [{ name: EVIL, entered: 2, failed: 1 }],
    statements: { submitted: 1, cancelled: 1, duplicated: 0 },
    apps: [
      {
        projectId: EVIL,
        appId: 'web',
        legacyEvents: 1000,
        migratedEvents: 999,
        missing: 1,
        duplicated: 0,
        parity: false,
      },
    ],
    report: '/none',
  },
  expectations: [{ what: 'parity', held: false, found: EVIL }],
  fromMs: 0,
  toMs: 90_000,
  executions: [
    {
      executionArn: 'arn:1',
      mapRunArn: undefined,
      name: EVIL,
      status: 'FAILED',
      error: 'ChildrenFailed',
      cause: EVIL,
      fromMs: 0,
      toMs: 90_000,
      redrives: 1,
    },
  ],
  spans: [{ executionArn: 'arn:1', state: EVIL, fromMs: 0, toMs: 90_000, errors: [EVIL] }],
  calls: [
    {
      statementId: 'id',
      region: 'eu-west-1',
      warehouse: 'w',
      database: EVIL,
      schema: 'web',
      procedure: 'sp_migrate_event_to_v2',
      arguments: [EVIL],
      dbUser: 'u',
      roleArn: 'r',
      sql: '',
      submittedMs: 10,
      cancelled: true,
      error: EVIL,
    },
  ],
  apiCalls: [{ service: 's3', operation: 'GetObject', calls: 3, refused: 1 }],
};

describe('The HTML report', () => {
  test('lets no text of a run become markup', () => {
    expect(page(report)).not.toContain('<script');
    expect(page(report)).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
  });

  test('needs nothing from elsewhere', () => {
    expect(page(report)).not.toMatch(/\b(?:src|href)=|url\(|@import/);
  });

  test('shows what did not hold, and the failed state', () => {
    const markup = page(report);
    expect(markup).toContain('did not hold');
    expect(markup).toContain('class="failed"');
    expect(markup).toContain('class="cancelled"');
  });
});

describe('Its texts', () => {
  test('take the reasons out of the JSON in a cause', () => {
    const inner = {
      code: 'PreflightFailed',
      what: 'Not ready.',
      why: '1 problem.',
      next: 'Redrive.',
      problems: [{ path: 'a', message: 'is bad' }],
    };
    const cause = JSON.stringify({ errorMessage: JSON.stringify(inner), errorType: 'PreflightFailed' });
    expect(causeText(cause)).toBe('Not ready.\n1 problem.\na is bad\nRedrive.');
    expect(causeText('no JSON')).toBe('no JSON');
  });

  test.each([
    [80, '0.08 s'],
    [59_900, '59.9 s'],
    [185_000, '3 m 05 s'],
    [7_260_000, '2 h 01 m'],
  ])('tell %i ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});
