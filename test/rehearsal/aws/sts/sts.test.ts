import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeStatementCommand, RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Sts } from '../../../../rehearsal/aws/sts/sts';
import { Account, ACCOUNT, allow, ROLE, Scripted, START_MS, trustedBy } from '../door-harness';

const DATA_ROLE = `arn:aws:iam::${ACCOUNT}:role/Clickstream/data-api`;
let account: Account;
let client: STSClient;
let redshift: Scripted;

beforeEach(async () => {
  account = new Account(allow('sts:AssumeRole'));
  redshift = new Scripted('redshift-data');
  redshift.answer = () => ({ Id: 'i' });
  await account.open(new Sts(account.credentials), redshift, new Scripted('s3'));
  client = account.client(STSClient);
});

afterEach(() => account.close());

const trust = (principal: Record<string, string>): void =>
  account.iam.registerRole({
    roleArn: DATA_ROLE,
    trustPolicy: trustedBy(principal),
    policies: [{ name: 'data', document: allow('redshift-data:DescribeStatement') }],
  });

const assume = (DurationSeconds?: number): AssumeRoleCommand =>
  new AssumeRoleCommand({ RoleArn: DATA_ROLE, RoleSessionName: 'clickstream-upgrade', DurationSeconds });

const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

async function describeAs(command = assume()): Promise<() => Promise<unknown>> {
  const { Credentials } = await client.send(command);
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  const assumed = account.client(RedshiftDataClient, { credentials });
  return () => failure(assumed.send(new DescribeStatementCommand({ Id: 'i' })));
}

test('callers learn who they are', async () => {
  const identity = await client.send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({ Account: ACCOUNT, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/step/session` });
});

test('an assumed role calls as itself, with its own policies', async () => {
  trust({ AWS: ROLE });
  const answer = await client.send(assume());
  expect(answer.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/data-api/clickstream-upgrade`);
  expect(answer.Credentials?.Expiration).toEqual(new Date(START_MS + 3_600_000));

  const describe = await describeAs();
  expect(await describe()).toMatchObject({ Id: 'i' });
  expect(redshift.calls[0]?.caller).toMatchObject({ roleArn: DATA_ROLE, sessionName: 'clickstream-upgrade' });
});

test('a role that does not trust the caller cannot be assumed, nor one that does not exist', async () => {
  const denied = {
    name: 'AccessDenied',
    message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/step/session is not authorized to perform: sts:AssumeRole on resource: ${DATA_ROLE}`,
  };
  expect(await failure(client.send(assume()))).toMatchObject(denied);
  trust({ AWS: `arn:aws:iam::${ACCOUNT}:role/other` });
  expect(await failure(client.send(assume()))).toMatchObject(denied);
});

test('trusting the account is enough only with a policy of the caller', async () => {
  trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` });
  await expect(client.send(assume())).resolves.toBeDefined();
  account.iam.registerRole({
    roleArn: ROLE,
    trustPolicy: trustedBy({ Service: 'lambda.amazonaws.com' }),
    policies: [{ name: 'test', document: allow('s3:GetObject') }],
  });
  expect(await failure(client.send(assume()))).toMatchObject({ name: 'AccessDenied' });
});

test('a session ends at its expiration, in virtual time', async () => {
  trust({ AWS: ROLE });
  const describe = await describeAs(assume(900));
  await account.clock.sleep(899_999);
  expect(await describe()).toMatchObject({ Id: 'i' });
  await account.clock.sleep(1);
  expect(await describe()).toMatchObject({
    name: 'ExpiredTokenException',
    message: 'The security token included in the request is expired',
  });
});

test('a chained session lasts at most an hour, and a session needs a proper name', async () => {
  trust({ AWS: ROLE });
  expect(await failure(client.send(assume(3601)))).toMatchObject({
    name: 'ValidationError',
    message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
  });
  const named = new AssumeRoleCommand({ RoleArn: DATA_ROLE, RoleSessionName: 'a b' });
  expect(await failure(client.send(named))).toMatchObject({ name: 'ValidationError' });
});

test('unknown keys are refused as each protocol words it', async () => {
  const credentials = { accessKeyId: 'AKIDUNKNOWN', secretAccessKey: 's' };
  const sts = account.client(STSClient, { credentials });
  expect(await failure(sts.send(new GetCallerIdentityCommand({})))).toMatchObject({ name: 'InvalidClientTokenId' });
  const data = account.client(RedshiftDataClient, { credentials });
  expect(await failure(data.send(new DescribeStatementCommand({ Id: 'i' })))).toMatchObject({
    name: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid.',
  });
  const s3 = account.client(S3Client, { credentials });
  expect(await failure(s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })))).toMatchObject({
    name: 'InvalidAccessKeyId',
  });
});

test('STS itself names an ended session as the query protocol does', async () => {
  const credentials = account.credentials.issueForRole(ROLE, 'short', 1000);
  const sts = account.client(STSClient, { credentials });
  await account.clock.sleep(1000);
  const error = await failure(sts.send(new GetCallerIdentityCommand({})));
  expect(error).toMatchObject({
    name: 'ExpiredToken',
    message: 'The security token included in the request is expired',
  });
});
