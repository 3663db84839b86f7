import { text } from '../../input';
import { regionalArn } from '../../arns';
import type { ServiceCall } from '../../service';
import { on, onEverything, type ActionRule, type ActionTable } from './action';

/** Source: Service Authorization Reference, "Amazon DynamoDB". */
export const dynamodbActions: ActionTable = {
  GetItem: onTable,
  PutItem: onTable,
  UpdateItem: onTable,
  DeleteItem: onTable,
  DescribeTable: onTable,
  Query: onTableOrIndex,
  Scan: onTableOrIndex,
  BatchGetItem: onRequestedTables,
  BatchWriteItem: onRequestedTables,
  ListTables: onEverything,
  CreateBackup: onTable,
  DescribeBackup: on((call) => text(call, 'BackupArn')),
  ListBackups: onEverything,
};

function onTable(...[call]: Parameters<ActionRule>): ReturnType<ActionRule> {
  return [{ action: `dynamodb:${call.operation}`, resource: tableArn(call, text(call, 'TableName')) }];
}

function onTableOrIndex(...[call]: Parameters<ActionRule>): ReturnType<ActionRule> {
  const table = tableArn(call, text(call, 'TableName'));
  const index = text(call, 'IndexName');
  return [{ action: `dynamodb:${call.operation}`, resource: index === '' ? table : `${table}/index/${index}` }];
}

function onRequestedTables(...[call]: Parameters<ActionRule>): ReturnType<ActionRule> {
  const tables = Object.keys(call.input['RequestItems'] ?? {});
  return tables.map((table) => ({ action: `dynamodb:${call.operation}`, resource: tableArn(call, table) }));
}

/** A table may be named by its ARN as well. */
function tableArn(call: ServiceCall, table: string): string {
  return table.startsWith('arn:')
    ? table
    : regionalArn('dynamodb', call.region, call.caller.accountId, `table/${table}`);
}
