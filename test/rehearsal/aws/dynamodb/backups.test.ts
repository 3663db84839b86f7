import {
  BackupInUseException,
  BackupNotFoundException,
  CreateBackupCommand,
  DescribeBackupCommand,
  DynamoDBClient,
  ListBackupsCommand,
  TableNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { DynamoDb } from '../../../../rehearsal/aws/dynamodb/dynamodb';
import { NOT_SIMULATED } from '../../../../rehearsal/aws/not-simulated';
import { Account, ACCOUNT, REGION, START_MS } from '../door-harness';
import { HeldClock } from '../held-clock';

const TableName = 'console';
const account = new Account();
const time = new HeldClock(account.clock);
const tables = new DynamoDb(account.clock);
let client: DynamoDBClient;

beforeAll(async () => {
  for (const name of [TableName, 'other']) {
    await tables.createTable(REGION, {
      TableName: name,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    });
  }
  await account.open(tables);
  client = account.client(DynamoDBClient, { maxAttempts: 1 });
});
afterAll(() => account.close());

const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
const create = (BackupName: string, table = TableName) =>
  client.send(new CreateBackupCommand({ TableName: table, BackupName }));

describe('An on-demand backup of a table', () => {
  test('is being created, one at a time, and then available', async () => {
    const { BackupDetails: made } = await create('first');
    expect(made).toMatchObject({ BackupStatus: 'CREATING', BackupCreationDateTime: new Date(START_MS) });
    expect(made?.BackupArn).toMatch(new RegExp(`^arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/console/backup/`));
    expect(await failure(create('second'))).toBeInstanceOf(BackupInUseException);
    await time.minutes(2);
    const { BackupDescription: described } = await client.send(
      new DescribeBackupCommand({ BackupArn: made?.BackupArn }),
    );
    expect(described?.BackupDetails?.BackupStatus).toBe('AVAILABLE');
    expect(described?.SourceTableDetails?.KeySchema).toEqual([{ AttributeName: 'id', KeyType: 'HASH' }]);
  });

  test('is listed with those of its table, in pages', async () => {
    for (const name of ['a-1', 'a-2', 'a-3']) {
      await create(name, 'other');
      await time.minutes(2);
    }
    const first = await client.send(new ListBackupsCommand({ TableName: 'other', Limit: 2 }));
    const second = await client.send(
      new ListBackupsCommand({
        TableName: 'other',
        Limit: 2,
        ExclusiveStartBackupArn: first.LastEvaluatedBackupArn,
      }),
    );
    const names = [first, second].map(({ BackupSummaries }) => BackupSummaries?.map(({ BackupName }) => BackupName));
    expect(names).toEqual([['a-1', 'a-2'], ['a-3']]);
    expect(second.LastEvaluatedBackupArn).toBeUndefined();
    expect(tables.backupsOf(REGION, 'other')).toHaveLength(3);
  });

  test('of a table that is not there, or that is not there itself, is an error of its own', async () => {
    expect(await failure(create('x-1', 'nowhere'))).toBeInstanceOf(TableNotFoundException);
    const BackupArn = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/console/backup/00000000000000-00000000`;
    expect(await failure(client.send(new DescribeBackupCommand({ BackupArn })))).toBeInstanceOf(
      BackupNotFoundException,
    );
    expect(await failure(create('no spaces'))).toMatchObject({ name: 'ValidationException' });
  });

  test('needs a clock', async () => {
    const other = await new Account().open(new DynamoDb());
    const answer = other
      .client(DynamoDBClient, { maxAttempts: 1 })
      .send(new CreateBackupCommand({ TableName, BackupName: 'one' }));
    expect(await failure(answer)).toMatchObject({ name: NOT_SIMULATED });
    await other.close();
  });
});
