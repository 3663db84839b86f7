import { assertNever, ErrorCode, UpgradeError } from '../errors';
import type { JournalRecord } from '../journal';
import type { DeadCause } from '../redshift/failure';
import { manyText } from '../summary';
import type { CallContext } from './call';

/** What an operator is told of a call that is dead. */
export function deadError(context: CallContext, record: JournalRecord, cause: DeadCause): UpgradeError {
  const why = record.error ?? 'The reason is not known.';
  const what = `${record.sql?.name ?? context.journal.unit.name} of app ${context.request.target.appId}`;
  const ids = idsOf(context, record);
  switch (cause) {
    case 'timed-out':
    case 'lost':
      return new UpgradeError({
        code: ErrorCode.StatementTimedOut,
        what: `${what} was ended by a time-out${cause === 'lost' ? ', or lost' : ''}.`,
        why,
        next: 'Nothing: the machine makes the call again, and it goes on where it was ended.',
        redrive: 'yes',
        ids,
      });
    case 'conflicted':
      return new UpgradeError({
        code: ErrorCode.StatementConflicted,
        what: `${what} lost against a concurrent transaction and was rolled back.`,
        why,
        next: 'Nothing: the machine makes the call again.',
        redrive: 'yes',
        ids,
      });
    case 'cancelled':
      return new UpgradeError({
        code: ErrorCode.StatementCancelled,
        what: `${what} was cancelled by somebody.`,
        why,
        next: 'Find out who cancelled it and whether it may run now, then redrive: it goes on where it was ended.',
        redrive: 'yes',
        ids,
      });
    case 'failed':
      return new UpgradeError({
        code: ErrorCode.StatementFailed,
        what: `${what} failed.`,
        why,
        next: 'Resolve the reason named here, then redrive.',
        redrive: 'yes',
        ids,
      });
    case 'logged-error':
      return new UpgradeError({
        code: ErrorCode.ProcedureFailed,
        what: `${what} logged an error and returned as if nothing had happened.`,
        why,
        next: `${loggedAdvice(why)}, then redrive: it goes on where it was.`,
        redrive: 'yes',
        ids,
      });
    case 'stuck':
      return new UpgradeError({
        code: ErrorCode.MigrationStuck,
        what: `${what} moved nothing.${record.stop === undefined ? '' : ' It was cancelled, because it would never have ended.'}`,
        why: record.stop?.reason ?? why,
        next: 'Correct or remove the legacy rows, or the cause named here, then redrive.',
        redrive: 'yes',
        ids,
      });
    default:
      return assertNever(cause);
  }
}

/** By the database's words. Source: Redshift Developer Guide, Lambda UDFs: code 32103 where Lambda does not answer as it should */
function loggedAdvice(why: string): string {
  if (!why.includes('32103')) return 'Resolve the reason named here (clickstream_log_v2 has more)';
  return /TooManyRequests|throttl/i.test(why)
    ? 'Lambda was throttled for longer than Redshift repeats a call: raise the account’s concurrency in the region, or wait until others need less of it'
    : 'A Lambda function that stands in for one of the solution’s did not answer: resolve Lambda’s reason; where an answer is too large, declare the function with smaller batches again (docs/python-udfs.md)';
}

/** What an operator is told when time-outs have ended a call too often under one redrive. */
export function exhaustedError(context: CallContext, record: JournalRecord): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.StatementTimedOutTooOften,
    what: `${record.sql?.name ?? context.journal.unit.name} was ended by ${manyText(record.timeOuts, 'time-out')}.`,
    why: record.error ?? 'The reason is not known.',
    next: 'Raise the limit that ends it (max_query_execution_time, statement_timeout, query monitoring rules), add capacity, or use smaller windows in a new execution; then redrive.',
    redrive: 'yes',
    ids: idsOf(context, record),
  });
}

function idsOf(context: CallContext, record: JournalRecord): Record<string, string> {
  const { target } = context.request;
  return {
    projectId: target.projectId,
    appId: target.appId,
    unit: context.journal.unit.name,
    ...(record.id === undefined ? {} : { statementId: record.id }),
  };
}
