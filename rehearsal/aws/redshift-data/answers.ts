import type { ResultSet, StatementPart } from '../../warehouse/warehouse';
import { AwsError } from '../service';
import type { StatementRecord } from './statement-record';
import { invalid } from './targets';

type Answer = Record<string, unknown>;

/** Rows of one page of GetStatementResult. The real service cuts by size; where does not matter to a caller. */
const PAGE_ROWS = 1000;

/** Answer of ExecuteStatement and BatchExecuteStatement. `Status` and its companions come with a long poll only. */
export function submitted(record: StatementRecord): Answer {
  const { request } = record;
  return {
    Id: record.id,
    CreatedAt: new Date(record.createdMs),
    Database: request.database,
    ...(request.address.dbUser === undefined ? {} : { DbUser: request.address.dbUser }),
    ...place(record),
    ...(request.waitSeconds === 0
      ? {}
      : { Status: record.status, RedshiftPid: record.running.pid, HasResultSet: record.hasResultSet }),
  };
}

/** Answer of DescribeStatement for a statement, or for part `part` (from 1) of a batch. Durations in nanoseconds. */
export function described(record: StatementRecord, part: number | undefined): Answer {
  const { request, outcome } = record;
  const rows = request.batch ? batchRows(record) : resultRows(record, 0);
  return {
    Id: part === undefined ? record.id : `${record.id}:${part}`,
    CreatedAt: new Date(record.createdMs),
    UpdatedAt: new Date(record.updatedMs),
    Database: request.database,
    DbUser: record.destination.dbUser,
    ...place(record),
    RedshiftPid: record.running.pid,
    ResultFormat: 'JSON',
    ...(request.parameters.length === 0 ? {} : { QueryParameters: request.parameters }),
    ...(part === undefined
      ? {
          Status: record.status,
          ...(outcome?.error === undefined ? {} : { Error: outcome.error }),
          Duration: outcome === undefined ? -1 : nanoseconds(outcome.durationMs),
          HasResultSet: record.hasResultSet,
          RedshiftQueryId: request.batch ? -1 : (record.part(0).queryId ?? 0),
          ResultRows: rows,
          ResultSize: request.batch ? -1 : resultSize(record, 0),
          ...(request.batch
            ? {
                SubStatements: request.sqls.map((_, index) => subStatement(record, index)),
                ExecutionMode: request.mode === 'transaction' ? 'TRANSACTION' : 'AUTO_COMMIT',
              }
            : { QueryString: request.sqls[0] }),
        }
      : subStatement(record, part - 1)),
  };
}

/**
 * Answer of GetStatementResult.
 *
 * @throws AwsError ResourceNotFoundException when the statement has no result: not finished, failed, or none of its own
 */
export function resultPage(record: StatementRecord, part: number | undefined, nextToken: unknown): Answer {
  const result = record.request.batch && part === undefined ? null : record.result((part ?? 1) - 1);
  if (result === null) {
    const message = 'Query does not have result. Please check query status with DescribeStatement.';
    const id = part === undefined ? record.id : `${record.id}:${part}`;
    throw new AwsError('ResourceNotFoundException', message, 400, { Message: message, ResourceId: id });
  }
  const from = nextToken === undefined ? 0 : offsetOf(nextToken);
  const to = Math.min(from + PAGE_ROWS, result.rows.length);
  return {
    Records: result.rows.slice(from, to).map((row) => row.map((value, index) => field(value, result, index))),
    ColumnMetadata: result.columns.map(columnMetadata),
    TotalNumRows: result.rows.length,
    ...(to < result.rows.length ? { NextToken: tokenFor(to) } : {}),
  };
}

/** One entry of ListStatements. */
export function listed(record: StatementRecord): Answer {
  const { request } = record;
  return {
    Id: record.id,
    Status: record.status,
    CreatedAt: new Date(record.createdMs),
    UpdatedAt: new Date(record.updatedMs),
    IsBatchStatement: request.batch,
    ResultFormat: 'JSON',
    ...(request.batch ? { QueryStrings: request.sqls } : { QueryString: request.sqls[0] }),
    ...(request.statementName === undefined ? {} : { StatementName: request.statementName }),
    ...(request.parameters.length === 0 ? {} : { QueryParameters: request.parameters }),
    ...(request.address.secretArn === undefined ? {} : { SecretArn: request.address.secretArn }),
  };
}

/** An opaque continuation, and back. */
export function tokenFor(offset: number): string {
  return Buffer.from(`rehearsal:${offset}`).toString('base64');
}

/** @throws AwsError ValidationException for a token that is not ours */
export function offsetOf(token: unknown): number {
  const text = typeof token === 'string' ? Buffer.from(token, 'base64').toString() : '';
  const offset = /^rehearsal:(\d+)$/.exec(text)?.[1];
  if (offset === undefined) throw invalid('Invalid NextToken.');
  return Number(offset);
}

function place(record: StatementRecord): Answer {
  const { target } = record.destination;
  const { secretArn } = record.request.address;
  return {
    ...(target.kind === 'workgroup' ? { WorkgroupName: target.name } : { ClusterIdentifier: target.name }),
    ...(secretArn === undefined ? {} : { SecretArn: secretArn }),
  };
}

function subStatement(record: StatementRecord, index: number): Answer {
  const part = record.part(index);
  return {
    Id: `${record.id}:${index + 1}`,
    Status: part.status,
    ...(part.error === undefined ? {} : { Error: part.error }),
    CreatedAt: new Date(record.createdMs),
    UpdatedAt: new Date(record.updatedMs),
    QueryString: record.request.sqls[index],
    Duration: isRunning(part) ? -1 : nanoseconds(part.durationMs),
    HasResultSet: record.result(index) !== null,
    RedshiftQueryId: part.queryId ?? 0,
    ResultRows: resultRows(record, index),
    ResultSize: resultSize(record, index),
  };
}

function isRunning(part: StatementPart): boolean {
  return part.status === 'SUBMITTED' || part.status === 'STARTED';
}

/** Rows returned, or rows affected; -1 when there is no such number. */
function resultRows(record: StatementRecord, index: number): number {
  return record.result(index)?.rows.length ?? record.part(index).affectedRows ?? -1;
}

function batchRows(record: StatementRecord): number {
  const rows = record.request.sqls.map((_, index) => resultRows(record, index)).filter((count) => count >= 0);
  return rows.length === 0 ? -1 : rows.reduce((sum, count) => sum + count, 0);
}

function resultSize(record: StatementRecord, index: number): number {
  const result = record.result(index);
  if (result === null) return record.outcome === undefined ? -1 : 0;
  return result.rows.reduce((sum, row) => sum + Buffer.byteLength(row.map((value) => String(value ?? '')).join('')), 0);
}

function field(value: string | number | boolean | null, result: ResultSet, column: number): Answer {
  if (value === null) return { isNull: true };
  if (typeof value === 'boolean') return { booleanValue: value };
  if (typeof value === 'string') return { stringValue: value };
  const isFloat = result.columns[column]?.typeName.startsWith('float') === true;
  return isFloat ? { doubleValue: value } : { longValue: value };
}

function columnMetadata(column: ResultSet['columns'][number]): Answer {
  const isText = ['varchar', 'bpchar', 'super', 'name'].includes(column.typeName);
  return {
    name: column.name,
    label: column.name,
    typeName: column.typeName,
    isCaseSensitive: isText,
    isCurrency: false,
    isSigned: !isText && /^(int|float|numeric)/.test(column.typeName),
    nullable: 1,
    length: 0,
    precision: 0,
    scale: 0,
    schemaName: '',
    tableName: '',
  };
}

function nanoseconds(ms: number): number {
  return Math.round(ms * 1e6);
}
