import { grantedToSteps, grantsOf, usedBySteps } from '../../../../rehearsal/aws/iam/grants';
import { Iam } from '../../../../rehearsal/aws/iam/iam';
import { deployed } from '../../../support/synth';
import { functionOf } from '../../../support/grants';

const policy = (...Statement: Record<string, unknown>[]) => ({
  name: 'own',
  document: { Version: '2012-10-17', Statement },
});

describe('The grants of a role', () => {
  test('are its actions, each on each resource, with the conditions', () => {
    const condition = { StringLike: { 's3:prefix': 'plans/*' } };
    const policies = [
      policy({ Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::b/*' }),
      policy({ Effect: 'Allow', Action: 's3:ListBucket', Resource: ['arn:aws:s3:::b'], Condition: condition }),
    ];
    expect(grantsOf({ name: 'role', policies })).toEqual([
      { action: 's3:GetObject', resource: 'arn:aws:s3:::b/*', conditions: {} },
      { action: 's3:PutObject', resource: 'arn:aws:s3:::b/*', conditions: {} },
      { action: 's3:ListBucket', resource: 'arn:aws:s3:::b', conditions: condition },
    ]);
  });

  test.each([
    ['a denial', { Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }],
    ['all but some actions', { Effect: 'Allow', NotAction: 's3:GetObject', Resource: '*' }],
    ['all but some resources', { Effect: 'Allow', Action: 's3:GetObject', NotResource: 'arn:aws:s3:::b' }],
  ])('cannot be listed where a statement says %s', (_what, statement) => {
    expect(() => grantsOf({ name: 'role', policies: [policy(statement)] })).toThrow(/no plain permission/);
  });
});

describe('The grants in use', () => {
  const deployment = deployed('aws');
  const { roleArn } = functionOf(deployment, 'list-apps');
  const [table] = deployment.tables;

  test('are those that IAM has allowed, by step; what it denied is none', async () => {
    const iam = new Iam();
    for (const { arn, trustPolicy, policies } of deployment.roles) {
      iam.registerRole({ roleArn: arn, trustPolicy, policies });
    }
    const ask = (action: string, resource = table?.arn ?? ''): Promise<unknown> =>
      iam.authorize({ roleArn, sessionName: 's', action, resource, region: 'eu-west-1' });
    await ask('dynamodb:GetItem');
    await ask('dynamodb:GetItem');
    await ask('dynamodb:DeleteItem');
    await ask('dynamodb:PutItem', 'arn:aws:dynamodb:eu-west-1:111122223333:table/another');
    expect(usedBySteps(deployment, iam.allowed)).toEqual(['list-apps dynamodb:GetItem']);
    expect(grantedToSteps(deployment)).toContain('list-apps dynamodb:GetItem');
  });

  test('leave out roles that are no step’s, the machine’s and the solution’s', () => {
    const machine = deployment.stateMachines[0]?.roleArn ?? '';
    const others = [machine, 'arn:aws:iam::111122223333:role/Clickstream-Other'];
    expect(
      usedBySteps(
        deployment,
        others.map((arn) => ({ roleArn: arn, action: 's3:PutObject' })),
      ),
    ).toEqual([]);
  });
});
