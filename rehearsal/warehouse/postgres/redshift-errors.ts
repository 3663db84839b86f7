import { DatabaseError } from 'pg';

/** Why somebody else than the statement itself ended it. */
export type AbortCause =
  /** `CancelStatement`, `pg_cancel_backend` or `CANCEL`. */
  | { kind: 'user' }
  /** `statement_timeout`, or a limit of the Data API: Redshift words it like a person's cancel. */
  | { kind: 'timeout' }
  /** A query monitoring rule (or the workgroup's `max_query_execution_time`, which is one). */
  | { kind: 'wlm'; rule: string }
  /** Any other text, for example of a conflict with a concurrent transaction. */
  | { kind: 'text'; text: string };

/**
 * Redshift's text for a cancelled query.
 * Sources: Redshift Developer Guide, statement_timeout (`ERROR: Query (150) canceled on user's request`);
 * AWS knowledge centre, redshift-query-abort (`Query (500029) cancelled by WLM abort action of Query Monitoring Rule "testrule".`).
 */
export function abortText(queryId: number, cause: AbortCause): string {
  switch (cause.kind) {
    case 'user':
    case 'timeout':
      return `ERROR: Query (${queryId}) canceled on user's request`;
    case 'wlm':
      return `ERROR: Query (${queryId}) cancelled by WLM abort action of Query Monitoring Rule "${cause.rule}".`;
    case 'text':
      return `ERROR: ${cause.text}`;
  }
}

export interface RedshiftError {
  /** As the Data API shows it: `ERROR: …`, or `FATAL: …` when no session came about. */
  text: string;
  /** Ended from outside, not by what the statement did. */
  cancelled: boolean;
}

/**
 * What Redshift would say instead of a PostgreSQL error. Only wordings that people and programs match on are
 * translated; everything else reads the same in both.
 *
 * @param cause why the statement was ended from outside, if the rehearsal did it
 */
export function toRedshiftError(error: unknown, queryId: number, cause: AbortCause | undefined): RedshiftError {
  if (!(error instanceof DatabaseError)) {
    const text = error instanceof Error ? error.message : String(error);
    // The backend is gone: pg_terminate_backend closes the connection under the statement.
    if (cause !== undefined || /Connection terminated/i.test(text)) {
      return { text: abortText(queryId, cause ?? { kind: 'user' }), cancelled: true };
    }
    return { text: `ERROR: ${text}`, cancelled: false };
  }
  if (error.code === QUERY_CANCELED || error.code === ADMIN_SHUTDOWN) {
    const timedOut = error.message.includes('statement timeout');
    return { text: abortText(queryId, cause ?? { kind: timedOut ? 'timeout' : 'user' }), cancelled: true };
  }
  if (error.severity === 'FATAL') return { text: `FATAL: ${error.message}`, cancelled: false };
  return { text: `ERROR: ${redshiftWording(error)}`, cancelled: false };
}

const QUERY_CANCELED = '57014';
const ADMIN_SHUTDOWN = '57P01';

function redshiftWording(error: DatabaseError): string {
  switch (error.code) {
    case '2D000': // Source: Redshift Developer Guide, "Managing transactions" in stored procedures.
      return 'COMMIT cannot be invoked from a procedure that is executing in an atomic context.';
    case '22001':
      return 'Value too long for character type';
    case '23502':
      return error.column === undefined ? error.message : `Cannot insert a NULL value into column ${error.column}`;
    case '42501': // Redshift still has PostgreSQL 8's word for whatever is in pg_class.
      return error.message.replace(/\b(table|view|materialized view|sequence) (?=\S+$)/, 'relation ');
    default:
      return error.message;
  }
}
