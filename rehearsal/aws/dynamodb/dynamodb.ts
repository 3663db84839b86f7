import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { regionalArn } from '../arns';
import type { WireRequest, WireResponse } from '../protocol/wire';
import type { RawService } from '../raw-service';
import type { ServiceCall } from '../service';
import { DynaliteHost } from './dynalite-host';
import { SIMULATED_MEMBERS } from './simulated-operations';

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
 * expressions, indexes and their errors are dynalite's. Transactions, time to live, streams and backups are
 * not simulated.
 */
export class DynamoDb implements RawService {
  readonly signingName = 'dynamodb';
  private readonly regions = new Map<string, DynaliteHost>();
  private readonly keyNames = new Map<string, string[]>();

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

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    return Promise.reject(new Error(`DynamoDB answers raw requests only, not ${call.operation}`));
  }

  async handleRaw(call: ServiceCall, request: WireRequest): Promise<WireResponse> {
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
