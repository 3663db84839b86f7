import { Iam } from '../../../../rehearsal/aws/iam/iam';
import { permissionFor } from '../../../../rehearsal/aws/cloudformation/resource-permissions';
import { RULES } from '../../../../rehearsal/aws/cloudformation/resource-rules';
import { NOT_SIMULATED } from '../../../../rehearsal/aws/not-simulated';
import { ACCOUNT, allow, REGION, ROLE, trustedBy } from '../door-harness';

const iam = new Iam();
iam.registerRole({
  roleArn: ROLE,
  trustPolicy: trustedBy({ Service: 'lambda.amazonaws.com' }),
  policies: [{ name: 'all', document: allow('*') }],
});

const stack = {
  region: REGION,
  stackName: 'console',
  stackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/console/1`,
  description: '',
  status: 'UPDATE_COMPLETE' as const,
  parameters: {},
  outputs: [],
  tags: {},
  resources: [],
  createdMs: 0,
};

const actions = ['Add', 'Modify', 'Remove'] as const;

test.each([...Object.keys(RULES), 'Custom::Anything'])('IAM knows what it takes to change a %s', async (type) => {
  for (const action of actions) {
    const permission = permissionFor(stack, { action, logicalId: 'R', type });
    if (permission === undefined) throw new Error('It needs no permission');
    // Actions or resources that IAM does not know are an error, not a denial.
    const decision = await iam.authorize({ roleArn: ROLE, sessionName: 's', region: REGION, ...permission });
    expect(decision).toEqual({ allowed: true });
  }
});

test('a resource is asked for by its physical name', () => {
  const resources = [{ logicalId: 'T', physicalId: 'table-1', type: 'AWS::DynamoDB::Table' }];

  expect(
    permissionFor({ ...stack, resources }, { action: 'Modify', logicalId: 'T', type: 'AWS::DynamoDB::Table' }),
  ).toMatchObject({
    action: 'dynamodb:UpdateTable',
    resource: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/table-1`,
    context: { 'aws:CalledViaFirst': 'cloudformation.amazonaws.com' },
  });
});

test('a type that nobody has described is not simulated, and metadata need nothing', () => {
  expect(() => permissionFor(stack, { action: 'Add', logicalId: 'R', type: 'AWS::New::Thing' })).toThrow(
    expect.objectContaining({ name: NOT_SIMULATED }) as Error,
  );
  expect(permissionFor(stack, { action: 'Add', logicalId: 'R', type: 'AWS::CDK::Metadata' })).toBeUndefined();
});
