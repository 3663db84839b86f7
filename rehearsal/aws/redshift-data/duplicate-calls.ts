import { escapeIdentifier, escapeLiteral } from 'pg';
import { toPostgres } from '../../warehouse/postgres/dialect';
import { bindParameters } from '../../warehouse/postgres/parameters';
import type { ProcedureCall } from '../../warehouse/postgres/call-text';
import type { EvidenceSource } from './targets';

const DAY_MS = 24 * 3_600_000;

/** Where a call goes, and what is needed to judge it. */
export interface CallContext {
  evidence: EvidenceSource;
  database: string;
  parameters: readonly { name: string; value: string }[];
  /** Virtual epoch milliseconds. */
  nowMs: number;
}

/**
 * Does the warehouse itself already show what this call is to bring about? Judged by plain SQL on the customer's
 * tables, knowing nothing of the steps that submit calls, so that it can catch them at starting something twice.
 *
 * Sources: the procedures' log strings and trace table (Clickstream Analytics on AWS 1.1.6).
 *
 * @returns what shows it, or undefined when the call has something to do or is of another procedure
 */
export async function evidenceAgainst(call: ProcedureCall, context: CallContext): Promise<string | undefined> {
  const warehouse = new Evidence(call, context);
  if (!(await warehouse.isReadable())) return undefined;
  switch (call.procedure) {
    case 'sp_migrate_event_to_v2':
      return (await warehouse.eventsDone()) ? 'every event of the window is migrated' : undefined;
    case 'sp_migrate_user_to_v2':
      return (await warehouse.usersDone()) ? 'users are migrated since the last events' : undefined;
    case 'sp_migrate_item_to_v2':
      return (await warehouse.itemsDone()) ? 'items of the window are migrated since the last events' : undefined;
    case 'sp_migrate_session_to_v2':
      return (await warehouse.sessionsDone()) ? 'sessions are migrated since the last events' : undefined;
    case 'sp_migrate_data_to_v2':
      return (await warehouse.allDone()) ? 'events, users, items and sessions are migrated' : undefined;
    case 'clickstream_event_base_view_sp':
      return (await warehouse.baseViewDone()) ? 'the range is refreshed since the last sessions' : undefined;
    default:
      return undefined;
  }
}

/** The questions, each one query as superuser. */
class Evidence {
  private readonly schema: string;
  private readonly log: string;

  constructor(
    private readonly call: ProcedureCall,
    private readonly context: CallContext,
  ) {
    this.schema = escapeIdentifier(call.schema);
    this.log = `${this.schema}.clickstream_log_v2`;
  }

  /** All tables are there; without one of them nothing can be done yet, or the call fails by itself. */
  async isReadable(): Promise<boolean> {
    const tables = ['event', 'event_v2', 'user_v2', 'item_v2', 'session', 'clickstream_log_v2'];
    const absent = tables.map((table) => `to_regclass(${escapeLiteral(`${this.schema}.${table}`)}) IS NULL`);
    return !(await this.isTrue(absent.join(' OR ')));
  }

  async allDone(): Promise<boolean> {
    return (
      (await this.eventsDone()) && (await this.usersDone()) && (await this.itemsDone()) && (await this.sessionsDone())
    );
  }

  /** No legacy event of the window absent from the new table, and no batch left open. */
  async eventsDone(): Promise<boolean> {
    const cutoffMs = await this.cutoffMs();
    if (cutoffMs === undefined) return false;
    // Looked up one by one and stopped at the first: a call that has work to do is recognised at once.
    const missing = `SELECT 1 FROM ${this.schema}.event e
      LEFT JOIN LATERAL (
        SELECT 1 AS found FROM ${this.schema}.event_v2 v WHERE v.event_id = e.event_id LIMIT 1
      ) m ON true
      WHERE e.event_timestamp >= ${cutoffMs} AND m.found IS NULL`;
    if (await this.isTrue(`EXISTS (${missing})`)) return false;
    const trace = `${this.schema}.tmp_backfill_trace`;
    if (await this.isTrue(`to_regclass(${escapeLiteral(trace)}) IS NULL`)) return true;
    return this.isTrue(`NOT EXISTS (SELECT 1 FROM ${trace} WHERE status <> 'done')`);
  }

  usersDone(): Promise<boolean> {
    const messages = ['backfill is done ---- user_v2', 'backfill user_v2 is done'];
    return this.isTrue(`${this.loggedSinceEvents('sp_migrate_user_to_v2', messages)} AND ${this.complete('user_v2')}`);
  }

  sessionsDone(): Promise<boolean> {
    const logged = this.loggedSinceEvents('sp_migrate_session_to_v2', SESSION_ENDS);
    return this.isTrue(`${logged} AND ${this.complete('session')}`);
  }

  /** Items are looked for from the cutoff that the procedure logged at its start. */
  async itemsDone(): Promise<boolean> {
    const cutoffMs = await this.cutoffMs();
    if (cutoffMs === undefined) return false;
    const startedFrom = `(
      SELECT split_part(s.log_msg, ': ', 2)::bigint FROM ${this.log} s
      WHERE s.log_name = 'sp_migrate_item_to_v2' AND s.log_msg LIKE '----start----%'
        AND (s.log_date, s.id) < (t.log_date, t.id)
      ORDER BY s.log_date DESC, s.id DESC LIMIT 1)`;
    const logged = this.loggedSinceEvents(
      'sp_migrate_item_to_v2',
      ['backfill item_v2 is done'],
      `${startedFrom} <= ${cutoffMs}`,
    );
    return this.isTrue(logged);
  }

  /** Only the explicit form has evidence of its own: a log row that names its range. */
  async baseViewDone(): Promise<boolean> {
    const [from, to] = this.call.arguments;
    if (from === undefined || to === undefined) return false;
    const message = await this.value(
      `'refresh with custom time range:' || (${from})::timestamp || ' - ' || (${to})::timestamp`,
    );
    if (typeof message !== 'string') return false;
    return this.isTrue(`EXISTS (
      SELECT 1 FROM ${this.log} b
      WHERE b.log_name = 'clickstream_event_base_view' AND b.log_msg = ${escapeLiteral(message)}
        AND NOT EXISTS (
          SELECT 1 FROM ${this.log} t
          WHERE t.log_name = 'sp_migrate_session_to_v2' AND t.log_msg IN (${SESSION_ENDS.map(escapeLiteral).join(', ')})
            AND (t.log_date, t.id) >= (b.log_date, b.id)))`);
  }

  /** A row `t` with one of the messages is newer than the newest events done-line. */
  private loggedSinceEvents(procedure: string, messages: string[], also = 'true'): string {
    return `EXISTS (
      SELECT 1 FROM ${this.log} t
      WHERE t.log_name = ${escapeLiteral(procedure)} AND t.log_msg IN (${messages.map(escapeLiteral).join(', ')})
        AND NOT EXISTS (
          SELECT 1 FROM ${this.log} d
          WHERE d.log_name = 'sp_migrate_event_to_v2' AND d.log_msg LIKE '----done%'
            AND (d.log_date, d.id) >= (t.log_date, t.id))
        AND ${also})`;
  }

  /** No row that a migration began and did not finish. */
  private complete(table: string): string {
    return `NOT EXISTS (
      SELECT 1 FROM ${this.schema}.${table} r
      WHERE r.process_info ->> 'backfill_start_time' IS NOT NULL
        AND r.process_info ->> 'backfill_end_time' IS NULL)`;
  }

  /** Start of the window of a call with a number of days, as the procedure reckons it: from getdate(). */
  private async cutoffMs(): Promise<number | undefined> {
    const argument = this.call.arguments[0];
    if (argument === undefined) return undefined;
    const days = await this.value(`(${argument})::integer`);
    if (typeof days !== 'number') return undefined;
    return Math.floor(this.context.nowMs / 1000) * 1000 - days * DAY_MS;
  }

  /** Value of a constant SQL expression from the call; undefined when it has none: then the call itself will fail. */
  private async value(expression: string): Promise<unknown> {
    try {
      const bound = bindParameters(toPostgres(`SELECT ${expression} AS value`), this.context.parameters);
      const rows = await this.context.evidence.inspect(this.context.database, bound.text, bound.values);
      return rows[0]?.['value'] ?? undefined;
    } catch {
      return undefined;
    }
  }

  private async isTrue(condition: string): Promise<boolean> {
    const rows = await this.context.evidence.inspect(this.context.database, `SELECT (${condition}) AS holds`);
    return rows[0]?.['holds'] === true;
  }
}

const SESSION_ENDS = ['backfill is done ---- session', 'backfill session is done'];
