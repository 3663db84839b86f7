import { createHash } from 'node:crypto';
import * as z from 'zod';
import beginFile from '../../sql/udf/probe-begin.sql';
import callFile from '../../sql/udf/probe-call.sql';
import endFile from '../../sql/udf/probe-end.sql';
import noTableFile from '../../sql/udf/probe-no-table.sql';
import procedureFile from '../../sql/udf/probe-procedure.sql';
import rowsFile from '../../sql/udf/probe-rows.sql';
import tableFile from '../../sql/udf/probe-table.sql';
import updateFile from '../../sql/udf/probe-update.sql';
import { ErrorCode, UpgradeError } from '../shared/errors';
import { StillReading, type Reads } from '../shared/redshift/reads';
import type { WarehouseSession } from '../shared/redshift/session';
import { identifier } from '../shared/sql/identifiers';
import { statement } from '../shared/sql/statement';
import { REPLACED_NAMES, type LambdaUdf } from '../shared/udf/functions';
import { createFunction } from '../shared/udf/statements';
import { wrongAnswers } from './answers';

const answerRow = z.object({ asked: z.string(), answer: z.string().nullable() });

/** Where a probe goes on: no pass may outlive its Lambda, and each of its statements may take seconds. */
export type ProbePart = 'declare' | 'call';

/** What became of a part. */
export type Probed = { is: 'right' } | { is: 'wrong'; why: string };

/**
 * Tries the Lambda UDF out on the real warehouse: declares the functions in a schema of the probe's own, calls them with
 * literals, with NULL, with three-byte text, in an UPDATE and in a procedure, and drops all of it. Each part may be repeated.
 *
 * @param scope tells a project's probe from others'; it makes the schema's name, so that none leaves one behind
 * @returns what is wrong, in the database's words
 * @throws StillReading when the part has not ended in this pass; what has run by then is not run again
 */
export async function probeFunctions(
  session: WarehouseSession,
  reads: Reads,
  { part, udf, scope }: { part: ProbePart; udf: LambdaUdf; scope: string },
): Promise<Probed> {
  const schema = probeSchema(scope);
  try {
    if (part === 'declare') {
      await declare(session, reads, { schema, udf, scope });
      return { is: 'right' };
    }
    const wrong = await call(session, reads, { schema, scope });
    await drop(session, reads, schema, scope);
    return wrong.length === 0 ? { is: 'right' } : { is: 'wrong', why: wrong.join('; ') };
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.name !== ErrorCode.StatementFailed) throw error;
    // The failure before it is the one to tell: nobody waits for the end, and the next probe drops what is left.
    await drop(session, reads, schema, scope).catch((left: unknown) => {
      if (!(left instanceof UpgradeError || left instanceof StillReading)) throw left;
    });
    return { is: 'wrong', why: error.report.why };
  }
}

async function declare(
  session: WarehouseSession,
  reads: Reads,
  { schema, udf, scope }: { schema: string; udf: LambdaUdf; scope: string },
): Promise<void> {
  // Of a probe that was interrupted.
  await drop(session, reads, schema, `${scope} before`);
  await reads.run(session, statement(beginFile, { schema: identifier(schema) }), scope);
  for (const name of REPLACED_NAMES) await reads.run(session, createFunction(schema, name, udf), `${scope} ${name}`);
}

async function call(
  session: WarehouseSession,
  reads: Reads,
  { schema, scope }: { schema: string; scope: string },
): Promise<string[]> {
  const own = { schema: identifier(schema) };
  for (const file of [noTableFile, tableFile, updateFile, procedureFile, callFile])
    await reads.run(session, statement(file, own), scope);
  return wrongAnswers(await reads.rows(session, statement(rowsFile, own), answerRow, scope));
}

async function drop(session: WarehouseSession, reads: Reads, schema: string, scope: string): Promise<void> {
  await reads.run(session, statement(endFile, { schema: identifier(schema) }), scope);
}

function probeSchema(scope: string): string {
  return `clickstream_upgrade_probe_${createHash('sha256').update(scope).digest('hex').slice(0, 16)}`;
}
