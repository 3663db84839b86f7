import * as z from 'zod';
import type { StepAnswer, StepRequest, StepResponse } from '../../../lambda/shared/contract';
import { UpgradeError, type ErrorReport } from '../../../lambda/shared/errors';
import type { StatementState, WarehouseSession } from '../../../lambda/shared/redshift/session';
import { commonEnvironment, stepHandler, type StepSchema, type Tools } from '../../../lambda/shared/step';
import { NOW_MS, ROOT } from '../support/fixtures';

const HOUR_MS = 3_600_000;
const environment = z.object({ ...commonEnvironment, COLOR: z.enum(['red', 'green']) });
type Environment = z.infer<typeof environment>;
interface Progress {
  seen: number;
}

const SCHEMA: StepSchema<{ appId: string; days: number }, Progress, Environment> & { actsWithoutLock: string } = {
  name: 'example',
  target: z.object({ appId: z.string(), days: z.number() }),
  progress: z.object({ seen: z.number() }),
  environment,
  deadlineMs: 2 * HOUR_MS,
  actsWithoutLock: 'It does not act.',
};
type Request = StepRequest<{ appId: string; days: number }, Progress>;
type Converge = (request: Request, tools: Tools<Environment>) => Promise<StepAnswer<Progress, { found: number }>>;

const DONE: Converge = () => Promise.resolve({ status: 'DONE', result: { found: 1 }, summary: 'all there' });
const MORE: Converge = (request) =>
  Promise.resolve({
    status: 'IN_PROGRESS',
    progress: { seen: (request.progress?.seen ?? 0) + 1 },
    waitSeconds: 7,
    summary: 'one more',
  });

const event = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  v: 1,
  now: NOW_MS,
  target: { appId: 'app1', days: 3 },
  attempt: { redrive: 0, retry: 0 },
  // Without a plan no record is left: what that takes is tested with the records.
  root: { id: ROOT, redrive: 0 },
  execution: { id: ROOT, passes: 0 },
  ...changes,
});

const before = { ...process.env };

beforeEach(() => {
  Object.assign(process.env, {
    STATE_TABLE: 'state',
    PLAN_BUCKET: 'plans',
    HISTORY_PASSES: '100',
    HISTORY_PASSES_TO_LEAVE: '40',
    COLOR: 'red',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
});

afterEach(() => {
  process.env = { ...before };
});

const pass = (changes: Record<string, unknown> = {}, converge: Converge = MORE): Promise<StepResponse> =>
  stepHandler(SCHEMA, converge)(event(changes));

async function report(promise: Promise<unknown>): Promise<ErrorReport> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UpgradeError)) throw new Error(`Expected an UpgradeError, got ${String(error)}`);
  return error.report;
}

describe('A step', () => {
  test('answers with its result', async () => {
    expect(await pass({}, DONE)).toEqual({ status: 'DONE', result: { found: 1 }, summary: 'all there' });
  });

  test('gets its own progress back, beside what the loop remembers', async () => {
    const first = await pass();
    expect(first).toMatchObject({
      status: 'IN_PROGRESS',
      waitSeconds: 7,
      progress: { since: NOW_MS, redrive: 0, step: { seen: 1 } },
    });
    const progress = 'progress' in first ? first.progress : undefined;
    expect(await pass({ now: NOW_MS + 5, progress })).toMatchObject({ progress: { since: NOW_MS, step: { seen: 2 } } });
  });

  test('gets its environment as its schema reads it, and the passes it may still make', async () => {
    const seen: unknown[] = [];
    await pass({ execution: { id: ROOT, passes: 15 } }, (request, { environment: given, budget }) => {
      seen.push(given, budget.left);
      return MORE(request, {} as Tools<Environment>);
    });
    expect(seen).toEqual([
      { STATE_TABLE: 'state', PLAN_BUCKET: 'plans', HISTORY_PASSES: 100, HISTORY_PASSES_TO_LEAVE: 40, COLOR: 'red' },
      45,
    ]);
  });
});

describe('A step called wrongly', () => {
  test('lists every problem of its environment', async () => {
    delete process.env['STATE_TABLE'];
    process.env['HISTORY_PASSES'] = 'many';
    process.env['COLOR'] = 'blue';
    const { code, problems } = await report(pass());
    expect(code).toBe('InvalidRequest');
    expect(problems?.map(({ path }) => path).sort()).toEqual(
      ['COLOR', 'HISTORY_PASSES', 'STATE_TABLE'].map((name) => `environment of example.${name}`),
    );
  });

  test('lists every problem of the request', async () => {
    const { code, problems } = await report(pass({ v: 2, now: 'soon', attempt: { redrive: -1 }, root: { id: '' } }));
    expect(code).toBe('InvalidRequest');
    expect(problems?.map(({ path }) => path).sort()).toEqual([
      'request.attempt.redrive',
      'request.attempt.retry',
      'request.now',
      'request.root.id',
      'request.root.redrive',
      'request.v',
    ]);
  });

  test('lists every problem of its target', async () => {
    const { problems } = await report(pass({ target: { appId: 1 } }));
    expect(problems?.map(({ path }) => path)).toEqual(['request.target.appId', 'request.target.days']);
  });

  test('refuses a progress that is not its own', async () => {
    const progress = { since: NOW_MS, redrive: 0, step: { color: 'red' } };
    expect(await report(pass({ progress }))).toMatchObject({
      code: 'InvalidRequest',
      problems: [{ path: 'request.progress.step.seen' }],
    });
    expect(await report(pass({ progress: 'yes' }))).toMatchObject({ problems: [{ path: 'request.progress' }] });
  });
});

describe('The deadline of a step', () => {
  const begun = { since: NOW_MS - SCHEMA.deadlineMs, redrive: 0 };

  test('is counted from the loop’s beginning', async () => {
    await expect(pass({ progress: begun })).resolves.toMatchObject({ status: 'IN_PROGRESS' });
    const late = await report(pass({ now: NOW_MS + 1, progress: begun }, DONE));
    expect(late).toMatchObject({ code: 'DeadlinePassed', redrive: 'yes' });
  });

  test('begins afresh under a higher redrive, and only then', async () => {
    const long = { since: NOW_MS - 30 * SCHEMA.deadlineMs, redrive: 1 };
    const again = await pass({ progress: long, attempt: { redrive: 2, retry: 0 } });
    expect(again).toMatchObject({ progress: { since: NOW_MS, redrive: 2 } });
    expect(await report(pass({ progress: long, attempt: { redrive: 1, retry: 3 } }))).toMatchObject({
      code: 'DeadlinePassed',
    });
  });
});

describe('The history budget', () => {
  const begun = { since: NOW_MS, redrive: 0 };

  test('is spent when only the passes of later steps are left', async () => {
    await expect(pass({ progress: begun, execution: { id: ROOT, passes: 59 } })).resolves.toMatchObject({
      status: 'IN_PROGRESS',
    });
    const spent = await report(pass({ progress: begun, execution: { id: ROOT, passes: 60 } }, DONE));
    expect(spent).toMatchObject({ code: 'HistoryBudgetSpent', redrive: 'no' });
  });

  test('always allows a loop its first pass, which reads the plan and may release passes of later steps', async () => {
    const first = await pass({ execution: { id: ROOT, passes: 60 } }, (_, { budget }) => {
      budget.release(5);
      return Promise.resolve({ status: 'IN_PROGRESS', waitSeconds: 1, summary: '' });
    });
    expect(first).toMatchObject({ progress: { extraPasses: 5 } });
    const released = { ...begun, extraPasses: 5 };
    await expect(pass({ progress: released, execution: { id: ROOT, passes: 64 } })).resolves.toMatchObject({
      status: 'IN_PROGRESS',
    });
    expect(await report(pass({ progress: released, execution: { id: ROOT, passes: 65 } }, DONE))).toMatchObject({
      code: 'HistoryBudgetSpent',
    });
  });
});

describe('A step that polls the world', () => {
  const DAY_MS = 24 * HOUR_MS;
  const PACED = { ...SCHEMA, deadlineMs: DAY_MS, paced: true };
  const polling: Converge = () => Promise.resolve({ status: 'IN_PROGRESS', waitSeconds: 30, summary: 'not yet' });

  async function waitAfter(
    elapsedMs: number,
    changes: { schema?: typeof SCHEMA; passes?: number; converge?: Converge } = {},
  ): Promise<number> {
    const { schema = PACED, passes = 0, converge = polling } = changes;
    const progress = { since: NOW_MS - elapsedMs, redrive: 0 };
    const answer = await stepHandler(schema, converge)(event({ progress, execution: { id: ROOT, passes } }));
    if (answer.status !== 'IN_PROGRESS') throw new Error(`It answered ${answer.status}`);
    return answer.waitSeconds;
  }

  /** Passes that the loop makes until it has waited so long, as the machine would make them. */
  async function passesUntil(elapsedMs: number, limit: number): Promise<number> {
    Object.assign(process.env, { HISTORY_PASSES: String(limit), HISTORY_PASSES_TO_LEAVE: '0' });
    let passes = 0;
    for (let elapsed = 0; elapsed < elapsedMs; passes += 1) elapsed += 1_000 * (await waitAfter(elapsed, { passes }));
    return passes;
  }

  test('waits as long as it asked for while it has not waited for long', async () => {
    process.env['HISTORY_PASSES'] = '2000';
    expect(await waitAfter(0)).toBe(30);
    expect(await waitAfter(9 * 60_000)).toBe(30);
  });

  test('looks the rarer the longer it has been waiting, but at least once a minute while there is room', async () => {
    process.env['HISTORY_PASSES'] = '100000';
    const waits: number[] = [];
    for (const minutes of [10, 30, 45, 60, 600]) waits.push(await waitAfter(minutes * 60_000));
    expect(waits).toEqual([30, 36, 54, 60, 60]);
  });

  test.each([60, 100, 450, 2_150])(
    'can wait for a whole day with %i passes, and spends none that are kept for the loops after it',
    async (limit) => {
      expect(await passesUntil(DAY_MS, limit)).toBeLessThanOrEqual(limit);
    },
    20_000,
  );

  // Each pass takes its quarter of what is left then, not of what there was when the loop began.
  test.failing.each([100, 450, 2_150])(
    'stays within a quarter of %i passes, and a few, for a whole day of waiting',
    async (limit) => {
      expect(await passesUntil(DAY_MS, limit)).toBeLessThanOrEqual(limit / 4 + 20);
    },
    20_000,
  );

  test('still waits when all but nothing is left, instead of spending what others need', async () => {
    expect(await waitAfter(HOUR_MS, { passes: 59 })).toBeGreaterThan(HOUR_MS / 1_000);
  });

  test('is not put off when it has something to do at once', async () => {
    const acting: Converge = () => Promise.resolve({ status: 'IN_PROGRESS', waitSeconds: 0, summary: 'begun' });
    expect(await waitAfter(10 * HOUR_MS, { converge: acting })).toBe(0);
  });

  test('may wait longer than the pace asks for', async () => {
    const patient: Converge = () => Promise.resolve({ status: 'IN_PROGRESS', waitSeconds: 900, summary: 'later' });
    process.env['HISTORY_PASSES'] = '2000';
    expect(await waitAfter(HOUR_MS, { converge: patient })).toBe(900);
  });

  test('is one that says so: others poll statements, whose pace they know themselves', async () => {
    const own = { ...SCHEMA, deadlineMs: DAY_MS };
    expect(await waitAfter(10 * HOUR_MS, { schema: own, passes: 50 })).toBe(30);
  });

  test('answers DONE as it is', async () => {
    await expect(stepHandler(PACED, DONE)(event())).resolves.toMatchObject({ status: 'DONE' });
  });
});

/** A session whose statements are in the state that the test says. */
class Statements {
  readonly submitted: string[] = [];
  readonly described: string[] = [];
  ended: StatementState['ended'];
  known = true;

  readonly session = {
    submit: (_sql: unknown, token: string) => {
      this.submitted.push(token);
      return Promise.resolve({ id: `id-${String(this.submitted.length)}`, finished: false });
    },
    describe: (id: string) => {
      this.described.push(id);
      if (!this.known) return Promise.resolve(undefined);
      return Promise.resolve({ id, ended: this.ended, error: 'permission denied', durationMs: 1, pid: 1 });
    },
    rows: () => Promise.resolve([{ found: 4 }]),
  } as unknown as WarehouseSession;

  readonly converge: Converge = async (_request, { reads }) => {
    const sql = { name: 'folder/count', text: 'SELECT 1', parameters: {} };
    const [row] = await reads.rows(this.session, sql, z.object({ found: z.number() }));
    return { status: 'DONE', result: { found: row?.found ?? 0 }, summary: 'counted' };
  };
}

describe('A slow read', () => {
  const kept = { since: NOW_MS, redrive: 0, step: { seen: 3 } };

  test('ends the pass, is remembered, and is asked again by the next pass instead of starting over', async () => {
    const statements = new Statements();
    const first = await pass({ progress: kept }, statements.converge);
    expect(first).toEqual({
      status: 'IN_PROGRESS',
      progress: { ...kept, reads: { 'folder/count': 'id-1' }, readingSince: NOW_MS },
      waitSeconds: 5,
      summary: 'folder/count is still being read.',
    });
    statements.ended = 'FINISHED';
    const progress = 'progress' in first ? first.progress : undefined;
    expect(await pass({ progress }, statements.converge)).toMatchObject({ status: 'DONE', result: { found: 4 } });
    expect(statements.submitted).toHaveLength(1);
    expect(statements.described).toEqual(['id-1', 'id-1']);
  });

  test('is remembered also when a redrive begins the deadline afresh', async () => {
    const statements = new Statements();
    statements.ended = 'FINISHED';
    const progress = { since: 0, redrive: 0, reads: { 'folder/count': 'id-0' } };
    await pass({ progress, attempt: { redrive: 1, retry: 0 } }, statements.converge);
    expect(statements.submitted).toEqual([]);
  });

  test('that has failed is begun anew after a redrive: its old failure is not told again', async () => {
    const statements = new Statements();
    statements.ended = 'FAILED';
    const progress = { since: 0, redrive: 0, reads: { 'folder/count': 'id-0' } };
    await report(pass({ progress, attempt: { redrive: 1, retry: 0 } }, statements.converge));
    expect(statements.submitted).toHaveLength(1);
    await report(pass({ progress, attempt: { redrive: 0, retry: 0 } }, statements.converge));
    expect(statements.submitted).toHaveLength(1);
  });

  test('that the Data API has forgotten is begun anew by the next pass', async () => {
    const statements = new Statements();
    statements.known = false;
    const progress = { since: NOW_MS, redrive: 0, reads: { 'folder/count': 'id-0' } };
    expect(await pass({ progress }, statements.converge)).toMatchObject({
      status: 'IN_PROGRESS',
      progress: { reads: {} },
    });
  });

  test('that fails is told in the database’s words', async () => {
    const statements = new Statements();
    statements.ended = 'FAILED';
    expect(await report(pass({}, statements.converge))).toMatchObject({
      code: 'StatementFailed',
      why: 'permission denied',
      ids: { statementId: 'id-1' },
    });
  });

  test('has a token of its own in each pass, and the same in a pass that the machine repeats', async () => {
    const statements = new Statements();
    await pass({}, statements.converge);
    await pass({}, statements.converge);
    await pass({ now: NOW_MS + 1 }, statements.converge);
    const [first, repeated, later] = statements.submitted;
    expect(repeated).toBe(first);
    expect(later).not.toBe(first);
    expect(first?.length).toBeLessThanOrEqual(64);
  });
});

describe('An error of AWS in a step', () => {
  test('leaves it under a name of ours', async () => {
    const denied = Object.assign(new Error('not authorized to perform: sfn:StartExecution'), {
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400, requestId: 'r-1' },
    });
    expect(await report(pass({}, () => Promise.reject(denied)))).toMatchObject({
      code: 'AccessDenied',
      why: 'not authorized to perform: sfn:StartExecution',
      ids: { requestId: 'r-1' },
    });
  });
});
