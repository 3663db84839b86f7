/**
 * The v2 side of the rehearsal's warehouse: what the solution's pipeline upgrade creates in an app's schema, for
 * PostgreSQL, with the same observable behaviour and the same failure modes.
 */
import type { Client } from 'pg';
import { withoutPython } from './python-functions';
import { schemaList, type SchemaListOptions } from './schema-list';
import { readSql } from './template';

export { clearProcedureFaults, plantProcedureFault, PROCEDURE_STEPS, type ProcedureFault } from './faults';
export { METRIC_PROCEDURES, METRICS } from './metrics';
export { isPython, pythonFunction, PYTHON_COMMENT, withoutPython } from './python-functions';
export { schemaList, type SchemaListOptions } from './schema-list';
export { setPythonUdfs, type PythonUdfState } from './udfs';

export interface V2SchemaOptions extends SchemaListOptions {
  /** Database user that creates, and so owns, everything, for example `IAMR:ClickstreamDataApiRole`. Must exist. */
  owner: string;
}

/** Serialises installations in one database: IF NOT EXISTS of two sessions at once can collide. Any constant will do. */
const INSTALL_LOCK = 7_310_002;

/**
 * Creates at once what the pipeline upgrade creates one by one, see {@link schemaList}, its Python functions as their
 * stand-ins; and what these need of the database. All or nothing; again it changes nothing. The legacy tables need not be
 * there. Needs `public.getdate()` in the database.
 *
 * @param client superuser connection in the project's database, outside a transaction
 * @throws RangeError as {@link schemaList} does
 * @throws DatabaseError `42704` when the owner does not exist
 */
export async function createV2Schema(client: Client, { owner, ...options }: V2SchemaOptions): Promise<void> {
  const [, ...statements] = schemaList(options);
  const owned = client.escapeIdentifier(owner);
  await client.query('begin');
  try {
    await client.query(STAND_INS);
    await client.query(`create schema if not exists ${client.escapeIdentifier(options.schema)} authorization ${owned}`);
    await client.query(`set local role ${owned}`);
    for (const sql of statements) await client.query(withoutPython(sql));
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/**
 * Creates what the stand-ins of procedures and Python functions share, in schema `rehearsal`. Harmless when it is there.
 *
 * @param client superuser connection in the project's database
 */
export async function installStandIns(client: Client): Promise<void> {
  await client.query(STAND_INS);
}

/** One query, and so one transaction, which keeps the lock to its end. */
const STAND_INS = [`select pg_advisory_xact_lock(${INSTALL_LOCK});`, readSql('faults.sql'), readSql('python.sql')].join(
  '\n',
);
