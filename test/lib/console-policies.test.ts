import { App, Stack } from 'aws-cdk-lib';
import { prepareChangeSetPermissions, upgradeConsolePermissions } from '../../lib/policies/console';
import type { Permission } from '../../lib/policies/permission';
import { converge as prepare } from '../../lambda/prepare-change-set/prepare-change-set';
import { converge as upgrade } from '../../lambda/upgrade-console/upgrade-console';
import { ACCOUNT, REGION, ROLE, trustedBy } from '../rehearsal/aws/door-harness';
import { ConsoleBench } from '../lambda/support/console-bench';

const scope = new Stack(new App(), 'Upgrade', { env: { account: ACCOUNT, region: REGION } });
const props = { templateBuckets: ['solutions-reference'] };

/** What every step has, and the writing of objects. */
const COMMON: Permission[] = [
  { actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: ['arn:aws:dynamodb:*:*:table/state'] },
  {
    actions: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
    resources: ['arn:aws:s3:::plans', 'arn:aws:s3:::plans/*'],
  },
  // The guard's look at the own execution.
  { actions: ['states:DescribeExecution'], resources: ['arn:aws:states:*:*:execution:*'] },
];

const bench = new ConsoleBench();
beforeAll(() => bench.open());
afterAll(() => bench.close());

let consoles = 0;

const CLOUDFORMATION = 'arn:aws:iam::111122223333:role/cloudformation';

/** Gives the step's role these permissions and no others. */
function give(permissions: Permission[]): void {
  const statements = [...COMMON, ...permissions].map(({ actions, resources, conditions }) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
    ...(conditions === undefined ? {} : { Condition: conditions }),
  }));
  const text = JSON.stringify(scope.resolve(statements)).replaceAll('${AWS::Partition}', 'aws');
  const Statement = joined(JSON.parse(text));
  bench.account.iam.registerRole({
    roleArn: ROLE,
    trustPolicy: trustedBy({ Service: 'lambda.amazonaws.com' }),
    policies: [{ name: 'step', document: { Version: '2012-10-17', Statement } }],
  });
}

/** Fn::Join with the partition, resolved. */
function joined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(joined);
  if (value === null || typeof value !== 'object') return value;
  const { 'Fn::Join': join, Ref } = value as { 'Fn::Join'?: [string, unknown[]]; Ref?: string };
  if (Ref === 'AWS::Partition') return 'aws';
  if (join !== undefined) return join[1].map(joined).join(join[0]);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, joined(inner)]));
}

/** A console whose stack has a service role: what CloudFormation may do is not the step's business. */
async function consoleWithRole(
  changes: Parameters<ConsoleBench['console']>[0] = {},
): ReturnType<ConsoleBench['console']> {
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  bench.account.iam.registerRole({
    roleArn: CLOUDFORMATION,
    trustPolicy: trustedBy({ Service: 'cloudformation.amazonaws.com' }),
    policies: [{ name: 'all', document: everything }],
  });
  // The simulator knows tables and functions by the names that the solution gives them.
  consoles += 1;
  const prefix = `Console${String(consoles)}`;
  const names = { apiFunction: `${prefix}-ClickStreamApiFn`, dictionaryTable: `${prefix}-ClickstreamDictionary` };
  const console = await bench.console({ ...names, ...changes });
  console.stack.roleArn = CLOUDFORMATION;
  return console;
}

test('the steps can do their work with their own permissions and no others', async () => {
  const console = await consoleWithRole();

  give(prepareChangeSetPermissions(scope, props));
  expect((await console.run(prepare)).answer.status).toBe('DONE');
  give(upgradeConsolePermissions(scope, props));
  expect((await console.run(upgrade)).answer.status).toBe('DONE');
  expect(bench.account.callLog.denied()).toEqual([]);
});

test.each([
  'https://evil.s3.amazonaws.com/solutions-reference/x.template.json',
  'https://s3.amazonaws.com/evil/solutions-reference/x.template.json',
])('a template from elsewhere is denied: %s', async (templateUrl) => {
  const console = await consoleWithRole({ templateUrl });
  give([...prepareChangeSetPermissions(scope, props), { actions: ['s3:GetObject'], resources: ['*'] }]);

  await expect(console.run(prepare)).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('the change sets of others are out of reach', async () => {
  give(upgradeConsolePermissions(scope, props));
  const { iam } = bench.account;
  const resource = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/any/1`;
  for (const action of ['CreateChangeSet', 'ExecuteChangeSet', 'DeleteChangeSet']) {
    const request = { roleArn: ROLE, sessionName: 's', action: `cloudformation:${action}`, resource, region: REGION };
    const theirs = { 'cloudformation:ChangeSetName': 'release-7' };
    expect((await iam.authorize({ ...request, context: theirs })).allowed).toBe(false);
    const ours = {
      'cloudformation:ChangeSetName': 'clickstream-upgrade-1-p0',
      'cloudformation:TemplateUrl': 'https://solutions-reference.s3.amazonaws.com/x',
    };
    expect((await iam.authorize({ ...request, context: ours })).allowed).toBe(true);
    const withRole = { ...ours, 'cloudformation:RoleArn': CLOUDFORMATION };
    if (action === 'CreateChangeSet')
      expect((await iam.authorize({ ...request, context: withRole })).allowed).toBe(false);
  }
});
