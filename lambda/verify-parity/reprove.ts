import * as z from 'zod';
import objectsFile from '../../sql/clean-up/objects.sql';
import unfinishedItemsFile from '../../sql/items/unfinished.sql';
import eventDaysFile from '../../sql/parity/event-days.sql';
import eventsFile from '../../sql/parity/events.sql';
import itemsFile from '../../sql/parity/items.sql';
import newestFile from '../../sql/parity/newest.sql';
import parametersFile from '../../sql/parity/parameters.sql';
import usersSinceFile from '../../sql/parity/users-since.sql';
import unfinishedUsersFile from '../../sql/users/unfinished.sql';
import { readCleanUp, type CleanUpRecord } from '../shared/clean-up-record';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever, ErrorCode, UpgradeError } from '../shared/errors';
import { openApp, readMoment, type AppContext } from '../shared/migration/app';
import { parityVerdict, parityVerdictKey, type ParityCounts, type ParityVerdict } from '../shared/parity-verdict';
import { DAY_MS, type AppTarget } from '../shared/plan/app-plan';
import { statement } from '../shared/sql/statement';
import type { Tools } from '../shared/step';
import { countText } from '../shared/summary';
import { judge } from '../shared/parity-judgement';
import type { environment } from './schema';

type Nothing = Record<string, never>;

/** Relations that the proof reads. */
const PROOF_READS = ['event', 'event_parameter', 'user_m_view', 'item'] as const;

/** What can be said before anything is counted. */
export type Provability =
  | { is: 'countable'; verdict: ParityVerdict }
  /** Nothing of it is there any more, or its clean-up has begun, so that it was proved before. */
  | { is: 'past'; because: string }
  | { is: 'refused'; because: string };

/** Pure: can the app be proved again, and does it have to be? */
export function provability(
  present: ReadonlySet<string>,
  verdict: ParityVerdict | undefined,
  record: CleanUpRecord | undefined,
): Provability {
  if (record?.state === 'dropping') {
    return { is: 'past', because: 'it was proved before its clean-up began, which now goes on' };
  }
  const missing = PROOF_READS.filter((name) => !present.has(name));
  if (missing.length === PROOF_READS.length) return { is: 'past', because: 'its legacy tables are gone' };
  if (verdict === undefined) return { is: 'refused', because: 'it was never proved to be migrated' };
  if (verdict.state === 'open') return { is: 'refused', because: 'its last proof found differences' };
  if (missing.length > 0) {
    return { is: 'refused', because: `${missing.join(', ')} is missing, so what is left cannot be compared` };
  }
  return { is: 'countable', verdict };
}

/**
 * Pure: from when on legacy events have to be in the new table. The solution goes on expiring events while the legacy table
 * keeps them, so only whole UTC days that are within the retention count; nothing before the cutoff was ever migrated.
 */
export function proofStartMs(cutoffMs: number, newestMs: number | null, retentionDays: number | undefined): number {
  if (newestMs === null || retentionDays === undefined) return cutoffMs;
  const keptFromMs = newestMs - retentionDays * DAY_MS;
  return Math.max(cutoffMs, Math.ceil(keptFromMs / DAY_MS) * DAY_MS);
}

/**
 * One pass of *Prove parity again*: counts what the clean-up would take away for ever, and renews the verdict's time. What
 * is made of the new tables alone (sessions, base view, metrics) can be made again without the legacy ones, and is not
 * looked at: new events change it every hour.
 */
export async function reprove(
  request: StepRequest<AppTarget, Nothing>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Nothing, { events: number }>> {
  const app = await openApp(request, tools, 'parity', 'needs none');
  const { plan, table } = app;
  const key = parityVerdictKey(request.target);
  const present = await relationsOf(app);
  const proof = provability(present, await table.get(key, parityVerdict), await readCleanUp(table, request.target));
  switch (proof.is) {
    case 'past':
      return { status: 'DONE', result: { events: 0 }, summary: `${plan.appId}: ${proof.because}` };
    case 'refused':
      throw refused(plan, proof.because);
    case 'countable':
      break;
    default:
      return assertNever(proof);
  }
  const { verdict } = proof;
  const moment = await readMoment(app);
  const fromMs = proofStartMs(verdict.cutoffMs, await newestEventMs(app), plan.retentionDays);
  const counts = await countLegacy(app, fromMs);
  const judgement = judge(counts);
  if (judgement.is !== 'equal') throw differs(plan, judgement.because);
  await table.put(key, {
    ...verdict,
    revision: verdict.revision + 1,
    atMs: request.now,
    warehouseAtMs: moment.nowMs,
    root: request.root.id,
    execution: request.execution.id,
  });
  const events = counts['legacyEvents'] ?? 0;
  const day = new Date(fromMs).toISOString().slice(0, 10);
  return {
    status: 'DONE',
    result: { events },
    summary: `${plan.appId}: all ${countText(events)} legacy events since ${day} are in the new tables`,
    facts: { ...counts, since: day, verdict: verdict.state },
  };
}

const relationRow = z.object({ kind: z.string(), name: z.string() });
const newestRow = z.object({ newest_ms: z.coerce.number().nullable() });
const countRow = z.record(z.string(), z.coerce.number());

async function relationsOf({ reads, session, plan }: AppContext): Promise<Set<string>> {
  const sql = statement(objectsFile, {}, { schema: plan.appId.toLowerCase() });
  const rows = await reads.rows(session, sql, relationRow);
  return new Set(rows.filter(({ kind }) => kind === 'relation').map(({ name }) => name));
}

async function newestEventMs({ reads, session, schema }: AppContext): Promise<number | null> {
  const [row] = await reads.rows(session, statement(newestFile, { schema }), newestRow);
  return row?.newest_ms ?? null;
}

/** The counts of *Verify parity* that compare legacy with new data. */
async function countLegacy({ reads, session, schema }: AppContext, fromMs: number): Promise<ParityCounts> {
  const one = async (file: string, parameters: Record<string, number> = {}): Promise<ParityCounts> => {
    const [row] = await reads.rows(session, statement(file, { schema }, parameters), countRow);
    return row ?? {};
  };
  const since = { cutoff_ms: fromMs };
  const events = await one(eventsFile, since);
  const days = await one(eventDaysFile, since);
  const parameters = await one(parametersFile, since);
  const users = await one(usersSinceFile, since);
  const items = await one(itemsFile, since);
  const unfinished = [await one(unfinishedUsersFile), await one(unfinishedItemsFile)];
  const lostSessions = (parameters['legacy_with_session'] ?? 0) - (parameters['v2_with_session'] ?? 0);
  return {
    legacyEvents: events['legacy_rows'] ?? 0,
    missingEvents: events['missing_ids'] ?? 0,
    excessEvents: events['excess_rows'] ?? 0,
    wrongTimes: events['wrong_times'] ?? 0,
    differentDays: days['different_days'] ?? 0,
    missingSessionParameters: Math.max(0, lostSessions),
    missingUsers: users['missing_users'] ?? 0,
    movableItems: items['movable_items'] ?? 0,
    missingItems: items['missing_items'] ?? 0,
    unfinishedRows: unfinished.reduce((sum, row) => sum + (row['unfinished'] ?? 0), 0),
  };
}

interface App {
  projectId: string;
  appId: string;
}

function refused({ projectId, appId }: App, because: string): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.CleanUpRefused,
    what: `App ${appId} of project ${projectId} may not be cleaned up.`,
    why: `Its legacy data are all there is until their migration is proved, and ${because}.`,
    next: 'Migrate the app first (an execution of mode execute), then clean up anew. Nothing was dropped.',
    redrive: 'yes',
    ids: { projectId, appId },
  });
}

function differs({ projectId, appId }: App, because: readonly string[]): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.ParityFailed,
    what: `The migrated data of app ${appId} of project ${projectId} do not hold all of the legacy data any more.`,
    why: `${because.join('; ')}.`,
    next: 'Find out what changed since the migration. The legacy tables are untouched; when the cause is removed, redrive.',
    redrive: 'yes',
    ids: { projectId, appId },
  });
}
