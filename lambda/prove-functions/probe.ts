import { createHash } from 'node:crypto';
import * as z from 'zod';
import beginFile from '../../sql/udf/probe-begin.sql';
import callFile from '../../sql/udf/probe-call.sql';
import endFile from '../../sql/udf/probe-end.sql';
import procedureFile from '../../sql/udf/probe-procedure.sql';
import rowsFile from '../../sql/udf/probe-rows.sql';
import tableFile from '../../sql/udf/probe-table.sql';
import updateFile from '../../sql/udf/probe-update.sql';
import { ErrorCode, UpgradeError } from '../shared/errors';
import type { Reads } from '../shared/redshift/reads';
import type { WarehouseSession } from '../shared/redshift/session';
import { identifier } from '../shared/sql/identifiers';
import { statement } from '../shared/sql/statement';
import { REPLACED_NAMES, type LambdaUdf } from '../shared/udf/functions';
import { createFunction } from '../shared/udf/statements';
import { wrongAnswers } from './answers';

const answerRow = z.object({ asked: z.string(), answer: z.string().nullable() });

/**
 * Tries the Lambda UDF out on the real warehouse: declares the functions in a schema of the probe's own, calls them with
 * literals, with NULL, with three-byte text, in an UPDATE and in a procedure, and drops all of it. The statements are of one
 * pass or of several: those that have run are not run again.
 *
 * @param seed makes the schema's name, the same for every pass of one probe
 * @returns what is wrong, in the database's words; undefined where every answer is right
 * @throws StillReading when it has not ended in this pass
 */
export async function probeFunctions(
  session: WarehouseSession,
  reads: Reads,
  { udf, seed, scope }: { udf: LambdaUdf; seed: string; scope: string },
): Promise<string | undefined> {
  const name = probeSchema(seed);
  const schema = { schema: identifier(name) };
  try {
    await reads.run(session, statement(beginFile, schema), scope);
    for (const each of REPLACED_NAMES) await reads.run(session, createFunction(name, each, udf), `${scope} ${each}`);
    for (const file of [tableFile, updateFile, procedureFile, callFile])
      await reads.run(session, statement(file, schema), scope);
    const wrong = wrongAnswers(await reads.rows(session, statement(rowsFile, schema), answerRow, scope));
    await reads.run(session, statement(endFile, schema), scope);
    return wrong.length === 0 ? undefined : wrong.join('; ');
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.name !== ErrorCode.StatementFailed) throw error;
    await reads.run(session, statement(endFile, schema), scope).catch((left: unknown) => {
      // Whoever may not even make the schema has none to drop; the failure before it is the one to tell.
      if (!(left instanceof UpgradeError)) throw left;
    });
    return error.report.why;
  }
}

export function probeSchema(seed: string): string {
  return `clickstream_upgrade_probe_${createHash('sha256').update(seed).digest('hex').slice(0, 16)}`;
}
