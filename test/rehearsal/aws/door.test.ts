import { DescribeStacksCommand, CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  ActiveStatementsExceededException,
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  InternalServerException,
  RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { AwsError } from '../../../rehearsal/aws/service';
import { Account, ACCOUNT, allow, REGION, ROLE, Scripted, START_MS } from './door-harness';

let account: Account;
let redshift: Scripted;
let states: Scripted;

async function open(policy = allow('*')): Promise<void> {
  redshift = new Scripted('redshift-data');
  states = new Scripted('states');
  redshift.answer = () => ({ Id: `statement-${redshift.calls.length}` });
  account = await new Account(policy).open(redshift, states, new Scripted('cloudformation'));
}

beforeEach(() => open());
afterEach(() => account.close());

const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
const execute = new ExecuteStatementCommand({ Sql: 'CALL sp()', Database: 'd', WorkgroupName: 'w', ClientToken: 't' });
const isExecute = (call: { operation: string }): boolean => call.operation === 'ExecuteStatement';

describe('routing', () => {
  test('one URL from the environment serves every service and region', async () => {
    const before = { ...process.env };
    const { accessKeyId, secretAccessKey, sessionToken } = account.credentials.issueForRole(ROLE, 'fn');
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: account.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_REGION: 'ap-south-1',
    });
    const data = new RedshiftDataClient({ region: 'us-east-1' });
    const sfn = new SFNClient();
    try {
      await data.send(execute);
      states.answer = () => ({ executionArn: 'a', startDate: new Date(0) });
      const stateMachineArn = `arn:aws:states:ap-south-1:${ACCOUNT}:stateMachine:m`;
      await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    } finally {
      process.env = before;
      data.destroy();
      sfn.destroy();
    }
    expect(redshift.calls[0]).toMatchObject({ region: 'us-east-1', caller: { roleArn: ROLE, sessionName: 'fn' } });
    expect(states.calls[0]).toMatchObject({ region: 'ap-south-1', operation: 'StartExecution' });
  });

  test('many calls at once over a few connections are all answered', async () => {
    const client = account.client(RedshiftDataClient);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => client.send(new DescribeStatementCommand({ Id: `id-${i}` }))),
    );
    expect(answers).toHaveLength(200);
    expect(new Set(redshift.calls.map(({ input }) => input['Id'])).size).toBe(200);
  });

  test('a request without a signature is refused', async () => {
    const response = await fetch(account.url, { method: 'POST', body: '{}' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('not signed with SigV4');
  });
});

describe('permissions', () => {
  test('a denied call never reaches the service and reads as it does in AWS', async () => {
    await account.close();
    await open(allow('redshift-data:ExecuteStatement'));
    const error = await failure(account.client(RedshiftDataClient).send(execute));
    const workgroup = `arn:aws:redshift-serverless:${REGION}:${ACCOUNT}:workgroup/w`;
    expect(error).toMatchObject({
      name: 'AccessDeniedException',
      message:
        `User: arn:aws:sts::${ACCOUNT}:assumed-role/step/session is not authorized to perform: redshift-serverless:GetCredentials ` +
        `on resource: ${workgroup} because no identity-based policy allows the redshift-serverless:GetCredentials action`,
    });
    expect(redshift.calls).toHaveLength(0);

    const stacks = await failure(
      account.client(CloudFormationClient).send(new DescribeStacksCommand({ StackName: 's' })),
    );
    expect(stacks).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    expect(account.callLog.denied()).toHaveLength(2);
  });
});

describe('faults', () => {
  test('a lost answer comes after the service has acted: the SDK asks again', async () => {
    account.faults.add({ match: isExecute, times: 1, effect: 'lose-answer' });
    const answer = await account.client(RedshiftDataClient).send(execute);
    expect(answer.Id).toBe('statement-2');
    expect(redshift.calls.map(({ input }) => input['ClientToken'])).toEqual(['t', 't']);
    expect(account.callLog.calls.map(({ outcome }) => outcome.kind)).toEqual(['answer-lost', 'answered']);
  });

  test('answers that stay lost end in an error of the caller, with the work done', async () => {
    account.faults.add({ match: isExecute, times: 3, effect: 'lose-answer' });
    const client = account.client(RedshiftDataClient, { maxAttempts: 3 });
    await expect(client.send(execute)).rejects.toThrow();
    expect(redshift.calls).toHaveLength(3);
  });

  test('a refusal can get lost as well', async () => {
    redshift.answer = () => {
      throw new AwsError('ValidationException', 'no such database');
    };
    account.faults.add({ match: isExecute, times: 1, effect: 'lose-answer' });
    const client = account.client(RedshiftDataClient, { maxAttempts: 1 });
    expect(await failure(client.send(execute))).not.toMatchObject({ name: 'ValidationException' });
    expect(await failure(client.send(execute))).toMatchObject({ name: 'ValidationException' });
  });

  test('a dropped call did not happen', async () => {
    account.faults.add({ match: isExecute, times: 1, effect: 'drop' });
    const client = account.client(RedshiftDataClient, { maxAttempts: 1 });
    await expect(client.send(execute)).rejects.toThrow();
    expect(redshift.calls).toHaveLength(0);
    expect(account.callLog.calls[0]?.outcome).toEqual({ kind: 'dropped' });
    await expect(client.send(execute)).resolves.toBeDefined();
  });

  test('throttling, internal errors and errors of choice are answered without acting', async () => {
    const client = account.client(RedshiftDataClient, { maxAttempts: 1 });
    for (const effect of ['throttle', 'internal-error'] as const)
      account.faults.add({ match: isExecute, times: 1, effect });
    const busy = new AwsError('ActiveStatementsExceededException', 'too many');
    account.faults.add({ match: isExecute, times: 1, effect: busy });

    expect(await failure(client.send(execute))).toMatchObject({ name: 'ThrottlingException' });
    expect(await failure(client.send(execute))).toBeInstanceOf(InternalServerException);
    expect(await failure(client.send(execute))).toBeInstanceOf(ActiveStatementsExceededException);
    expect(redshift.calls).toHaveLength(0);
    expect(await client.send(execute)).toMatchObject({ Id: 'statement-1' });
  });

  test('random faults hit the same calls again with the same seed', async () => {
    const pattern = async (seed: number): Promise<boolean[]> => {
      const remove = account.faults.addRandom(seed, 0.3, { match: isExecute, effect: 'throttle' });
      const client = account.client(RedshiftDataClient, { maxAttempts: 1 });
      const hit: boolean[] = [];
      for (let i = 0; i < 30; i++) hit.push((await failure(client.send(execute))) instanceof Error);
      remove();
      return hit;
    };
    const first = await pattern(7);
    expect(await pattern(7)).toEqual(first);
    expect(await pattern(8)).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set([true, false]));
  });
});

describe('the call log', () => {
  test('tells questions from changes, statements by what they say', async () => {
    const client = account.client(RedshiftDataClient);
    const run = (Sql: string): Promise<unknown> =>
      client.send(new ExecuteStatementCommand({ Sql, Database: 'd', WorkgroupName: 'w' }));
    await run('/* unit */ SELECT 1');
    await run('-- note\nwith a as (select 1) select * from a');
    await run('CALL sp_migrate_data_to_v2(30)');
    await run('SELECT pg_cancel_backend(1)');
    await client.send(new DescribeStatementCommand({ Id: 'i' }));
    const Sqls = ['select 1', 'drop table t'];
    await client.send(new BatchExecuteStatementCommand({ Sqls, Database: 'd', WorkgroupName: 'w' }));

    expect(account.callLog.calls.map(({ mutates }) => mutates)).toEqual([false, false, true, true, false, true]);
    expect(account.callLog.mutations()).toHaveLength(3);
    expect(account.callLog.mutationsOutside((arn) => arn.endsWith('workgroup/w'))).toEqual([]);
    expect(account.callLog.mutationsOutside((arn) => arn.endsWith('workgroup/ours'))).toHaveLength(3);
    expect(account.callLog.calls[0]).toMatchObject({
      atMs: START_MS,
      region: REGION,
      roleArn: ROLE,
      operation: 'ExecuteStatement',
    });
  });

  test('a simulated service that breaks is told apart from a service that refuses', async () => {
    redshift.answer = () => {
      throw new TypeError('cannot read properties');
    };
    const error = await failure(account.client(RedshiftDataClient).send(execute));
    expect((error as Error).message).toContain('cannot read properties');
    expect(account.callLog.simulatorErrors()).toHaveLength(1);
    expect(redshift.calls).toHaveLength(1);
  });
});
