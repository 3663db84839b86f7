import { BatchGetItemCommand, GetItemCommand, PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { isAwsError } from './aws-errors';
import { dynamoDb } from './clients';
import { ErrorCode, UpgradeError } from './errors';

/** Keys in one BatchGetItem. Source: DynamoDB API Reference, BatchGetItem */
const BATCH = 100;

/**
 * The state table: the only memory beside Step Functions' history and the world itself. Every write is conditional
 * on the revision that was read, so of two writers one observes anew.
 */
export class StateTable {
  /** @param client of the table's region; the Lambda's own where it is left out */
  constructor(
    private readonly tableName: string,
    private readonly client: () => DynamoDBClient = dynamoDb,
  ) {}

  /** An item by its key, strongly consistent. */
  async get<Schema extends z.ZodType>(key: string, schema: Schema): Promise<z.infer<Schema> | undefined> {
    const { Item: item } = await this.client().send(
      new GetItemCommand({ TableName: this.tableName, Key: marshall({ pk: key }), ConsistentRead: true }),
    );
    return item === undefined ? undefined : schema.parse(unmarshall(item));
  }

  /**
   * Those of the items that are there, by their keys, each strongly consistent, unparsed. What DynamoDB leaves out of an answer,
   * because of its size or its pace, is asked for again; an answer without any item is an error of its own, which the SDK retries.
   * Source: DynamoDB API Reference, BatchGetItem
   */
  async getAll(keys: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const found = new Map<string, unknown>();
    let left = [...new Set(keys)].map((pk) => marshall({ pk }));
    while (left.length > 0) {
      const { Responses: tables, UnprocessedKeys: unread } = await this.client().send(
        new BatchGetItemCommand({
          RequestItems: { [this.tableName]: { Keys: left.slice(0, BATCH), ConsistentRead: true } },
        }),
      );
      for (const item of (tables?.[this.tableName] ?? []).map((each) => unmarshall(each))) {
        found.set(String(item['pk']), item);
      }
      left = [...(unread?.[this.tableName]?.Keys ?? []), ...left.slice(BATCH)];
    }
    return found;
  }

  /**
   * Writes an item whose `revision` is one more than the one it replaces (1 where there was none).
   *
   * @throws UpgradeError JournalConflict when somebody else wrote in between
   */
  async put(key: string, item: { revision: number } & Record<string, unknown>): Promise<void> {
    try {
      await this.client().send(
        new PutItemCommand({
          TableName: this.tableName,
          Item: marshall({ ...item, pk: key }, { removeUndefinedValues: true }),
          ...(item.revision === 1
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: '#revision = :before',
                ExpressionAttributeNames: { '#revision': 'revision' },
                ExpressionAttributeValues: marshall({ ':before': item.revision - 1 }),
              }),
        }),
      );
    } catch (error) {
      if (!isAwsError(error, 'ConditionalCheckFailedException')) throw error;
      throw new UpgradeError(
        {
          code: ErrorCode.JournalConflict,
          what: `The record ${key} was changed by somebody else at the same time.`,
          why: 'Another execution, or an earlier call of this step, wrote it first.',
          next: 'Nothing, the machine retries and observes anew. If it persists, look for a second running execution.',
          redrive: 'yes',
          ids: { record: key },
        },
        { cause: error },
      );
    }
  }
}
