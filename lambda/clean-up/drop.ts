import { createHash } from 'node:crypto';
import type * as z from 'zod';
import dropFunctionFile from '../../sql/clean-up/drop-function.sql';
import dropMaterializedViewCascadeFile from '../../sql/clean-up/drop-materialized-view-cascade.sql';
import dropMaterializedViewFile from '../../sql/clean-up/drop-materialized-view.sql';
import dropProcedureFile from '../../sql/clean-up/drop-procedure.sql';
import dropTableCascadeFile from '../../sql/clean-up/drop-table-cascade.sql';
import dropTableFile from '../../sql/clean-up/drop-table.sql';
import dropViewCascadeFile from '../../sql/clean-up/drop-view-cascade.sql';
import dropViewFile from '../../sql/clean-up/drop-view.sql';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { ErrorCode, UpgradeError } from '../shared/errors';
import type { AppContext } from '../shared/migration/app';
import type { AppTarget } from '../shared/plan/app-plan';
import { pollGapSeconds } from '../shared/polling';
import { classifyFailure } from '../shared/redshift/failure';
import { argumentTypes, identifier, type SqlFragment } from '../shared/sql/identifiers';
import { statement, type SqlStatement } from '../shared/sql/statement';
import { durationText } from '../shared/summary';
import { signatureOf, type LegacyObject } from './legacy-objects';
import type { progress } from './schema';

type Progress = z.infer<typeof progress>;
type Request = StepRequest<AppTarget, Progress>;

/** The statement that drops an object; only customers' views are taken along, and only with `cascade`. */
export function dropStatement(schema: SqlFragment, object: LegacyObject, cascade: boolean): SqlStatement {
  const name = identifier(object.name);
  switch (object.kind) {
    case 'procedure':
      return statement(dropProcedureFile, { schema, name, arguments: argumentTypes(object.arguments) });
    case 'function':
      return statement(dropFunctionFile, { schema, name, arguments: argumentTypes(object.arguments) });
    case 'view':
      return statement(cascade ? dropViewCascadeFile : dropViewFile, { schema, name });
    case 'materialized-view':
      return statement(cascade ? dropMaterializedViewCascadeFile : dropMaterializedViewFile, { schema, name });
    case 'table':
      return statement(cascade ? dropTableCascadeFile : dropTableFile, { schema, name });
  }
}

/** A drop that was begun; `finished`: it ended well while it was waited for. */
export interface BegunDrop {
  drop: Progress['drop'];
  finished: boolean;
}

/**
 * Begins a drop and gives it a moment to end. Its answer may be lost: the next pass sees whether the object is there, and a
 * second drop of what is gone does no harm, so no journal is needed.
 */
export async function beginDrop(
  { schema, session, reads }: AppContext,
  { execution, now, attempt }: Request,
  object: LegacyObject,
  cascade: boolean,
): Promise<BegunDrop> {
  const sql = dropStatement(schema, object, cascade);
  // Another one each time: a used token would give the statement that failed back for eight hours.
  const time = [execution.id, execution.passes, now, attempt.redrive, attempt.retry].map(String);
  const token = createHash('sha256')
    .update([...time, sql.text].join('\n'))
    .digest('hex');
  const { id: statementId, finished } = await session.submit(sql, token, reads.pollSeconds);
  return { drop: { statementId, object: signatureOf(object), redrive: attempt.redrive, sinceMs: now }, finished };
}

/**
 * Looks at the drop that was begun last.
 *
 * @returns an answer while it runs: it may wait for a lock; undefined when the warehouse itself has to be looked at
 * @throws UpgradeError when it failed, and nobody has given permission to begin it again
 */
export async function followDrop(
  { session, passesLeft, plan }: AppContext,
  { progress: last, now, attempt }: Request,
): Promise<StepAnswer<Progress, never> | undefined> {
  if (last === undefined) return undefined;
  const { drop } = last;
  const state = await session.describe(drop.statementId);
  if (state === undefined || state.ended === 'FINISHED') return undefined;
  if (state.ended === undefined) {
    const seconds = (now - drop.sinceMs) / 1_000;
    return {
      status: 'IN_PROGRESS',
      progress: last,
      waitSeconds: pollGapSeconds(seconds, passesLeft),
      summary: `${plan.appId}: dropping ${drop.object} for ${durationText(seconds)}; somebody may be reading it`,
    };
  }
  const error = state.error ?? `It ended ${state.ended}.`;
  // The machine's retry, or a person's redrive, is permission: the state is looked at and the drop begun again.
  if (isGone(error) || attempt.retry > 0 || attempt.redrive > drop.redrive) return undefined;
  throw failed(plan, drop, error, state.durationMs);
}

/** Somebody, or the call whose answer was lost, was faster. Source: Redshift and PostgreSQL, wording of SQLSTATE 42883 */
function isGone(error: string): boolean {
  return /does not exist/i.test(error);
}

/** Source: Redshift Developer Guide, DROP TABLE (examples): "cannot drop table … because other objects depend on it" */
function isReadByOthers(error: string): boolean {
  return /other objects depend on it/i.test(error);
}

function failed(
  { projectId, appId }: { projectId: string; appId: string },
  { object, statementId }: Progress['drop'],
  error: string,
  durationMs: number,
): UpgradeError {
  const cause = classifyFailure(error, durationMs, {});
  const code = isReadByOthers(error)
    ? ErrorCode.CleanUpRefused
    : cause === 'conflicted'
      ? ErrorCode.StatementConflicted
      : cause === 'timed-out'
        ? ErrorCode.StatementTimedOut
        : ErrorCode.StatementFailed;
  return new UpgradeError({
    code,
    what: `${object} of app ${appId} of project ${projectId} could not be dropped.`,
    why: error,
    next:
      code === ErrorCode.CleanUpRefused
        ? 'Something that is not listed in the catalog reads it: find it, drop it by hand or let it be, then redrive.'
        : 'Resolve the reason named here, then redrive: what is dropped already stays dropped.',
    redrive: 'yes',
    ids: { projectId, appId, statementId },
  });
}
