import { GetItemCommand, PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { isAwsError } from './aws-errors';
import { dynamoDb } from './clients';
import { ErrorCode, UpgradeError } from './errors';

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
