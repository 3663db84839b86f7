import type { VirtualClock } from '../../clock';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { regionalArn } from '../arns';
import type { WireRequest, WireResponse } from '../protocol/wire';
import type { RawService } from '../raw-service';
import type { ServiceCall } from '../service';
import { DynaliteHost } from './dynalite-host';
import { TableBackups, type TableBackup } from './backups';
import { isBackupOperation, SIMULATED_MEMBERS, type BackupOperation } from './simulated-operations';

/** A table as a template declares it: the shape of `AWS::DynamoDB::Table` and of CreateTable. */
export interface TableDefinition {
  TableName: string;
  AttributeDefinitions: { AttributeName: string; AttributeType: 'S' | 'N' | 'B' }[];
  KeySchema: { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];
  GlobalSecondaryIndexes?: {
    IndexName: string;
    KeySchema: { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];
    Projection: { ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; NonKeyAttributes?: string[] };
  }[];
}

/** An item in DynamoDB's own notation: `{ id: { S: "…" } }`. */
export type AttributeMap = Record<string, unknown>;

/**
 * Amazon DynamoDB by `dynalite`, one store a region, behind the same door as everything else. Conditions,
 * expressions, indexes and their errors are dynalite's; on-demand backups are our own. Transactions, time to live and
 * streams are not simulated.
 */
export class DynamoDb implements RawService {
  readonly signingName = 'dynamodb';
  private readonly regions = new Map<string, DynaliteHost>();
  private readonly keyNames = new Map<string, string[]>();
  private readonly backups: TableBackups | undefined;

  /** @param clock what backups go by; without it there are none */
  constructor(clock?: VirtualClock) {
    this.backups = clock === undefined ? undefined : new TableBackups(clock);
  }

  /** Creates a table in-process; on-demand capacity, active at once. */
  async createTable(region: string, table: TableDefinition): Promise<void> {
    const { TableName, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = table;
    await this.host(region).json('CreateTable', {
      TableName,
      AttributeDefinitions,
      KeySchema,
      BillingMode: 'PAY_PER_REQUEST',
      ...(GlobalSecondaryIndexes === undefined ? {} : { GlobalSecondaryIndexes }),
    });
    const keys = KeySchema.map(({ AttributeName }) => AttributeName);
    this.keyNames.set(`${region}/${TableName}`, keys);
    for (;;) {
      const { Table } = await this.host(region).json('DescribeTable', { TableName });
      if ((Table as { TableStatus?: string }).TableStatus === 'ACTIVE') return;
      await new Promise(setImmediate);
    }
  }

  /** Writes an item in-process, unconditionally. */
  async putItem(region: string, tableName: string, item: AttributeMap): Promise<void> {
    await this.host(region).json('PutItem', { TableName: tableName, Item: item });
  }

  async getItem(region: string, tableName: string, key: AttributeMap): Promise<AttributeMap | undefined> {
    const input = { TableName: tableName, Key: key, ConsistentRead: true };
    const { Item } = await this.host(region).json('GetItem', input);
    return Item as AttributeMap | undefined;
  }

  /** Deletes an item in-process, unconditionally. */
  async deleteItem(region: string, tableName: string, key: AttributeMap): Promise<void> {
    await this.host(region).json('DeleteItem', { TableName: tableName, Key: key });
  }

  /** Every item of a table, for scenarios that look at the end state. */
  async items(region: string, tableName: string): Promise<AttributeMap[]> {
    const found: AttributeMap[] = [];
    let start: unknown;
    do {
      const page = await this.host(region).json('Scan', {
        TableName: tableName,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      });
      found.push(...(page['Items'] as AttributeMap[]));
      start = page['LastEvaluatedKey'];
    } while (start !== undefined);
    return found;
  }

  /** On-demand backups of a table, oldest first. */
  backupsOf(region: string, tableName: string): readonly TableBackup[] {
    return this.backups?.of(region, tableName) ?? [];
  }

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    return Promise.reject(new Error(`DynamoDB answers raw requests only, not ${call.operation}`));
  }

  async handleRaw(call: ServiceCall, request: WireRequest): Promise<WireResponse> {
    if (isBackupOperation(call.operation)) {
      return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(await this.backUp(call, call.operation)) };
    }
    const members = SIMULATED_MEMBERS[call.operation];
    if (members === undefined) throw notSimulated(`dynamodb:${call.operation}`);
    refuseOtherMembers(call, members);
    const response = await this.host(call.region).call(call.operation, request.body);
    if (call.operation === 'DescribeTable') return withOwnArns(call, response);
    if (call.input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD' && response.status === 400) {
      return this.withOldItem(call, request, response);
    }
    return response;
  }

  private async backUp(call: ServiceCall, operation: BackupOperation): Promise<Record<string, unknown>> {
    const { backups } = this;
    if (backups === undefined) throw notSimulated(`dynamodb:${operation} without a clock`);
    switch (operation) {
      case 'CreateBackup': {
        const body = JSON.stringify({ TableName: call.input['TableName'] });
        const { status, body: table } = await this.host(call.region).call('DescribeTable', body);
        const source = JSON.parse(String(table)) as { Table?: Record<string, unknown> };
        return backups.create(call, status === 200 ? source.Table : undefined);
      }
      case 'DescribeBackup':
        return backups.describe(call);
      case 'ListBackups':
        return backups.list(call);
    }
  }

  /** Adds the item that a failed condition met, as asked by `ReturnValuesOnConditionCheckFailure`. */
  private async withOldItem(call: ServiceCall, request: WireRequest, response: WireResponse): Promise<WireResponse> {
    const error = JSON.parse(String(response.body)) as Record<string, unknown>;
    if (!String(error['__type']).endsWith('#ConditionalCheckFailedException')) return response;
    // From the wire, not from the decoded call: binary keys stay base64.
    const sent = JSON.parse(request.body.toString('utf8')) as {
      TableName: string;
      Key?: AttributeMap;
      Item?: AttributeMap;
    };
    const names = this.keyNames.get(`${call.region}/${sent.TableName}`) ?? [];
    const key = sent.Key ?? Object.fromEntries(names.map((name) => [name, sent.Item?.[name]]));
    const item = await this.getItem(call.region, sent.TableName, key);
    return rewritten(response, JSON.stringify(item === undefined ? error : { ...error, Item: item }));
  }

  private host(region: string): DynaliteHost {
    let host = this.regions.get(region);
    if (host === undefined) {
      host = new DynaliteHost();
      this.regions.set(region, host);
    }
    return host;
  }
}

const JSON_HEADERS = { 'content-type': 'application/x-amz-json-1.0' };

/** dynalite knows one account and one region, those of its process. */
function withOwnArns(call: ServiceCall, response: WireResponse): WireResponse {
  const own = regionalArn('dynamodb', call.region, call.caller.accountId, 'table/');
  return rewritten(response, String(response.body).replaceAll(/arn:aws:dynamodb:[^:"]*:[^:"]*:table\//g, own));
}

function rewritten(response: WireResponse, body: string): WireResponse {
  const headers = { ...response.headers };
  // Computed over the old body.
  delete headers['x-amz-crc32'];
  return { ...response, headers, body };
}
