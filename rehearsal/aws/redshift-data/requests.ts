import { Buffer } from 'node:buffer';
import { parameterNames } from '../../warehouse/postgres/parameters';
import type { StatementRequest } from '../../warehouse/warehouse';
import { notSimulated } from '../not-simulated';
import type { Address } from './targets';
import { invalid } from './targets';

type Input = Record<string, unknown>;

/** An ExecuteStatement or BatchExecuteStatement that passed validation. */
export interface SubmitRequest {
  sqls: string[];
  batch: boolean;
  mode: StatementRequest['mode'];
  database: string;
  address: Address;
  parameters: { name: string; value: string }[];
  statementName: string | undefined;
  clientToken: string | undefined;
  waitSeconds: number;
}

/** Text of one statement. Source: Amazon Redshift quotas and limits, Data API (200 KB). */
const MOST_SQL_BYTES = 200 * 1024;
const MOST_STATEMENTS = 40;
const LONGEST_NAME = 2048;
const STATEMENT_ID = /^[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}(:\d+)?$/;

/**
 * Reads a submission as the Data API does.
 * Sources: Redshift Data API reference, ExecuteStatement and BatchExecuteStatement; Redshift Management Guide, Data API.
 *
 * @throws AwsError ValidationException; NotSimulated for sessions and CSV results
 */
export function parseSubmit(operation: 'ExecuteStatement' | 'BatchExecuteStatement', input: Input): SubmitRequest {
  const batch = operation === 'BatchExecuteStatement';
  for (const member of ['SessionId', 'SessionKeepAliveSeconds']) {
    if (input[member] !== undefined) throw notSimulated(`redshift-data with ${member}`);
  }
  if (input['ResultFormat'] === 'CSV') throw notSimulated('redshift-data with ResultFormat CSV');
  const sqls = batch ? input['Sqls'] : [input['Sql']];
  if (!Array.isArray(sqls) || sqls.length < 1 || sqls.length > MOST_STATEMENTS) {
    throw constraint('sqls', `Member must have length between 1 and ${MOST_STATEMENTS}`);
  }
  const texts = sqls.map((sql) => {
    if (typeof sql !== 'string' || sql.trim() === '') throw constraint('sql', 'Member must not be empty');
    if (Buffer.byteLength(sql) > MOST_SQL_BYTES) throw invalid('Cannot process query string larger than 200kB');
    return sql;
  });
  const database = optionalText(input, 'Database');
  if (database === undefined) throw invalid('Database is a required parameter.');
  return {
    sqls: texts,
    batch,
    mode: batch ? modeOf(input['ExecutionMode']) : 'single',
    database,
    address: {
      workgroupName: optionalText(input, 'WorkgroupName'),
      clusterIdentifier: optionalText(input, 'ClusterIdentifier'),
      dbUser: optionalText(input, 'DbUser'),
      secretArn: optionalText(input, 'SecretArn'),
    },
    parameters: parseParameters(input['Parameters'], texts),
    statementName: optionalText(input, 'StatementName', LONGEST_NAME),
    clientToken: optionalText(input, 'ClientToken', 64),
    waitSeconds: parseWait(input),
  };
}

/** `WaitTimeSeconds`: 0 when absent, else 1 to 30. */
export function parseWait(input: Input): number {
  const wait = input['WaitTimeSeconds'];
  if (wait === undefined) return 0;
  if (typeof wait !== 'number' || !Number.isInteger(wait) || wait < 1 || wait > 30) {
    throw constraint('waitTimeSeconds', 'Member must be between 1 and 30');
  }
  return wait;
}

/** A statement's id, and the number of the sub-statement if it has one (from 1). */
export function parseId(input: Input): { id: string; part: number | undefined } {
  const text = input['Id'];
  if (typeof text !== 'string' || !STATEMENT_ID.test(text)) {
    throw constraint('id', `Member must satisfy regular expression pattern: ${STATEMENT_ID.source}`);
  }
  const [id = '', part] = text.split(':');
  return { id, part: part === undefined ? undefined : Number(part) };
}

/** A text member that may be absent but not empty. */
export function optionalText(input: Input, member: string, longest = Number.POSITIVE_INFINITY): string | undefined {
  const value = input[member];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '' || value.length > longest) {
    throw constraint(
      member.charAt(0).toLowerCase() + member.slice(1),
      `Member must have length between 1 and ${longest}`,
    );
  }
  return value;
}

function modeOf(mode: unknown): StatementRequest['mode'] {
  if (mode === undefined || mode === 'TRANSACTION') return 'transaction';
  if (mode === 'AUTO_COMMIT') return 'auto-commit';
  throw constraint('executionMode', 'Member must satisfy enum value set: [TRANSACTION, AUTO_COMMIT]');
}

/** Values only, as text, neither NULL nor empty; every one must be used. The wording of the last is ours. */
function parseParameters(parameters: unknown, sqls: string[]): { name: string; value: string }[] {
  if (parameters === undefined) return [];
  if (!Array.isArray(parameters) || parameters.length < 1) throw constraint('parameters', 'Member must not be empty');
  const used = new Set(sqls.flatMap((sql) => [...parameterNames(sql)]));
  return parameters.map((parameter: unknown) => {
    const { name, value } = (parameter ?? {}) as { name?: unknown; value?: unknown };
    if (typeof name !== 'string' || !/^[0-9a-zA-Z_]+$/.test(name)) {
      throw constraint('parameters.member.name', 'Member must satisfy regular expression pattern: [0-9a-zA-Z_]+');
    }
    if (typeof value !== 'string' || value === '') {
      throw constraint('parameters.member.value', 'Member must have length greater than or equal to 1');
    }
    if (!used.has(name)) throw invalid(`Parameters list contains unused parameters. Unused parameters: [${name}]`);
    return { name, value };
  });
}

function constraint(member: string, rule: string): Error {
  return invalid(`1 validation error detected: Value at '${member}' failed to satisfy constraint: ${rule}`);
}
