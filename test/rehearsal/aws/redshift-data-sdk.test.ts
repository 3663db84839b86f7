import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  RedshiftDataClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-redshift-data';
import { RedshiftDataService } from '../../../rehearsal/aws/redshift-data';
import type { Warehouse } from '../../../rehearsal/warehouse/warehouse';
import { ACCOUNT, Account, REGION } from './door-harness';

/** Answers every statement at once with one row of every kind of value. */
const warehouse: Warehouse = {
  begin: (request) => ({
    pid: 4711,
    outcome: Promise.resolve({
      status: 'FINISHED',
      durationMs: 86_400_000,
      results: request.sqls.map(() => ({
        columns: ['int8', 'float8', 'varchar', 'bool', 'varchar'].map((typeName, index) => ({
          name: `c${index}`,
          typeName,
        })),
        rows: [[9_007_199_254_740_991, 1.5, 'ä', true, null]],
      })),
    }),
    cancel: () => Promise.resolve(),
  }),
};

const account = new Account();
let client: RedshiftDataClient;

beforeAll(async () => {
  const service = new RedshiftDataService({ clock: account.clock });
  service.targets.add({ region: REGION, accountId: ACCOUNT, kind: 'workgroup', name: 'wg', warehouse });
  await account.open(service);
  client = account.client(RedshiftDataClient);
});

afterAll(() => account.close());

it('talks to the real SDK client: a statement, its description and its typed result', async () => {
  const submitted = await client.send(
    new ExecuteStatementCommand({ Sql: 'SELECT 1', Database: 'd', WorkgroupName: 'wg', WaitTimeSeconds: 5 }),
  );
  expect(submitted).toMatchObject({ Status: 'FINISHED', RedshiftPid: 4711, HasResultSet: true });
  expect(submitted.CreatedAt).toBeInstanceOf(Date);
  const described = await client.send(new DescribeStatementCommand({ Id: submitted.Id }));
  expect(described).toMatchObject({ Duration: 86_400_000_000_000, DbUser: 'IAMR:step' });
  const { Records: records } = await client.send(new GetStatementResultCommand({ Id: submitted.Id }));
  expect(records).toEqual([
    [
      { longValue: 9_007_199_254_740_991 },
      { doubleValue: 1.5 },
      { stringValue: 'ä' },
      { booleanValue: true },
      { isNull: true },
    ],
  ]);
});

it('gives the SDK sub-statements and errors as its own classes', async () => {
  const { Id: id } = await client.send(
    new BatchExecuteStatementCommand({ Sqls: ['SELECT 1', 'SELECT 2'], Database: 'd', WorkgroupName: 'wg' }),
  );
  const { SubStatements: parts } = await client.send(new DescribeStatementCommand({ Id: id }));
  expect(parts?.map((part) => part.Id)).toEqual([`${String(id)}:1`, `${String(id)}:2`]);
  const absent = '00000000-0000-0000-0000-000000000000';
  const refused = client.send(new DescribeStatementCommand({ Id: absent }));
  await expect(refused).rejects.toBeInstanceOf(ResourceNotFoundException);
  await expect(refused).rejects.toMatchObject({ ResourceId: absent, message: 'Query does not exist.' });
});
