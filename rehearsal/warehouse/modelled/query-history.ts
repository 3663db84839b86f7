/** A row of SYS_QUERY_HISTORY. */
export interface HistoryRow {
  queryId: number;
  pid: number;
  dbUser: string;
  database: string;
  sql: string;
  /**
   * What kind of work it is: a call, or a statement of the solution's refresh workflow; a read that goes through the
   * data; or a look at catalogue, log and history, which takes a moment.
   */
  kind: 'call' | 'workflow' | 'proof' | 'look';
  status: 'running' | 'success' | 'failed' | 'canceled';
  startMs: number;
  endMs?: number;
  error?: string;
}

/** What SYS_QUERY_HISTORY keeps of a statement's text. Source: Redshift Developer Guide, SYS_QUERY_HISTORY. */
const TEXT_LENGTH = 4000;

/** The refresh workflow pauses after each of its statements, which is its time, not ours. Source: as `world/refresh-workflow.ts`. */
const PAUSE_MS = 5_000;

/** Serverless charges for a minute at least. Source: Redshift Management Guide, serverless-billing */
const LEAST_CHARGE_MS = 60_000;

/** Every statement the modelled warehouse was given. */
export class QueryHistory {
  readonly rows: HistoryRow[] = [];

  add(row: Omit<HistoryRow, 'queryId' | 'pid' | 'status'>): HistoryRow {
    const number = this.rows.length + 1;
    const added: HistoryRow = {
      ...row,
      sql: row.sql.slice(0, TEXT_LENGTH),
      queryId: 500_000 + number,
      // Larger than any process id, so that nobody takes it for one.
      pid: 1_073_741_824 + number,
      status: 'running',
    };
    this.rows.push(added);
    return added;
  }

  /** What an ordinary database user sees: its own statements. */
  seenBy(dbUser: string): HistoryRow[] {
    return this.rows.filter((row) => row.dbUser === dbUser);
  }

  /** Seconds in which at least one statement of the given kinds was at work; running ones count until `nowMs`. */
  busySeconds(kinds: readonly HistoryRow['kind'][], nowMs: number): number {
    return coveredSeconds(
      this.rows
        .filter(({ kind }) => kinds.includes(kind))
        .map(({ startMs, endMs = nowMs, kind }) => ({ startMs, endMs: endMs + (kind === 'workflow' ? PAUSE_MS : 0) })),
    );
  }

  /** Seconds of a time that are charged: what runs at once counts once, and only what has ended counts at all. */
  chargedSeconds(fromMs: number, toMs: number): number {
    return coveredSeconds(
      this.rows.flatMap(({ startMs, endMs }) =>
        endMs === undefined
          ? []
          : [{ startMs: Math.max(fromMs, startMs), endMs: Math.min(toMs, Math.max(endMs, startMs + LEAST_CHARGE_MS)) }],
      ),
    );
  }
}

interface Span {
  startMs: number;
  endMs: number;
}

/** Seconds that at least one of the spans covers. */
function coveredSeconds(spans: readonly Span[]): number {
  let coveredMs = 0;
  let reachedMs = -Infinity;
  for (const { startMs, endMs } of spans.toSorted((one, other) => one.startMs - other.startMs)) {
    coveredMs += Math.max(0, endMs - Math.max(startMs, reachedMs));
    reachedMs = Math.max(reachedMs, endMs);
  }
  return coveredMs / 1000;
}

/** A LIKE pattern as a regular expression; `_` matches any one character there too. */
export function likePattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${source}$`, 's');
}
