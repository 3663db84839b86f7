import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { DynamoDb } from '../../../../rehearsal/aws/dynamodb/dynamodb';
import { NOT_SIMULATED } from '../../../../rehearsal/aws/not-simulated';
import { Account, ACCOUNT, REGION } from '../door-harness';

const TableName = 'state';
let account: Account;
let tables: DynamoDb;
let client: DynamoDBClient;

beforeEach(async () => {
  tables = new DynamoDb();
  for (const region of [REGION, 'us-east-1']) {
    await tables.createTable(region, {
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'root', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-root',
          KeySchema: [{ AttributeName: 'root', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
  }
  account = await new Account().open(tables);
  client = account.client(DynamoDBClient);
});

afterEach(() => account.close());

const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

test('items of every type round-trip, and can be read in-process', async () => {
  const item = marshall({
    pk: 'a',
    n: 12345678901234,
    list: [1, 'é', null],
    map: { t: true },
    b: new Uint8Array([0, 255]),
  });
  await client.send(new PutItemCommand({ TableName, Item: item }));
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { pk: { S: 'a' } } }));
  expect(Item).toEqual(item);
  expect(await tables.getItem(REGION, TableName, { pk: { S: 'a' } })).toMatchObject({ n: { N: '12345678901234' } });
  expect(await tables.items(REGION, TableName)).toHaveLength(1);
});

test('a failed condition is the typed error, with the old item when asked for', async () => {
  await tables.putItem(REGION, TableName, { pk: { S: 'lock' }, owner: { S: 'first' } });
  const put = {
    TableName,
    Item: { pk: { S: 'lock' }, owner: { S: 'second' } },
    ConditionExpression: 'attribute_not_exists(pk)',
  };
  const plain = await failure(client.send(new PutItemCommand(put)));
  expect(plain).toBeInstanceOf(ConditionalCheckFailedException);
  expect(plain).toMatchObject({ message: 'The conditional request failed', Item: undefined });

  const detailed = await failure(
    client.send(new PutItemCommand({ ...put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })),
  );
  expect(detailed).toMatchObject({ Item: { owner: { S: 'first' } } });
  const update = await failure(
    client.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk: { S: 'lock' } },
        UpdateExpression: 'SET #o = :o',
        ConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': { S: 'second' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ),
  );
  expect(update).toMatchObject({ name: 'ConditionalCheckFailedException', Item: { owner: { S: 'first' } } });
});

test('an index is queried, and of two writers at once one wins', async () => {
  const writer = (owner: string): Promise<unknown> =>
    client
      .send(
        new PutItemCommand({
          TableName,
          Item: { pk: { S: 'x' }, root: { S: 'r' }, owner: { S: owner } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      )
      .catch((error: unknown) => error);
  const results = await Promise.all(['a', 'b', 'c', 'd'].map(writer));
  expect(results.filter((result) => result instanceof ConditionalCheckFailedException)).toHaveLength(3);

  const { Items } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'by-root',
      KeyConditionExpression: '#r = :r',
      ExpressionAttributeNames: { '#r': 'root' },
      ExpressionAttributeValues: { ':r': { S: 'r' } },
    }),
  );
  expect(Items).toHaveLength(1);
});

test('regions do not share tables, and tables have ARNs of their region and account', async () => {
  await tables.putItem(REGION, TableName, { pk: { S: 'here' } });
  expect(await tables.items('us-east-1', TableName)).toEqual([]);
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table?.TableArn).toBe(`arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/state`);
  const other = account.client(DynamoDBClient, { region: 'ap-south-1' });
  const missing = await failure(other.send(new GetItemCommand({ TableName, Key: { pk: { S: 'a' } } })));
  expect(missing).toBeInstanceOf(ResourceNotFoundException);
});

test('transactions are refused, not half done', async () => {
  const transaction = new TransactWriteItemsCommand({
    TransactItems: [{ Delete: { TableName, Key: { pk: { S: 'a' } } } }],
  });
  expect(await failure(client.send(transaction))).toMatchObject({ name: NOT_SIMULATED });
});

test('refusals are in the call log by their name', async () => {
  await failure(
    client.send(
      new DeleteItemCommand({ TableName, Key: { pk: { S: 'a' } }, ConditionExpression: 'attribute_exists(pk)' }),
    ),
  );
  expect(account.callLog.of('dynamodb', 'DeleteItem')[0]?.outcome).toMatchObject({
    kind: 'refused',
    error: 'ConditionalCheckFailedException',
  });
});
