import { deploymentOf } from '../../rehearsal/template/template';
import type { DeploymentEnvironment } from '../../rehearsal/template/environment';
import { IntrinsicResolver, type RawTemplate } from '../../rehearsal/template/intrinsics';

const AWS: DeploymentEnvironment = {
  partition: 'aws',
  region: 'eu-west-1',
  accountId: '123456789012',
  stackName: 'Upgrade',
};
const CHINA: DeploymentEnvironment = { ...AWS, partition: 'aws-cn', region: 'cn-north-1' };

describe('intrinsic functions in a rehearsed template', () => {
  it.each([
    [{ Ref: 'AWS::Region' }, 'eu-west-1', 'cn-north-1'],
    [{ Ref: 'AWS::Partition' }, 'aws', 'aws-cn'],
    [{ Ref: 'AWS::URLSuffix' }, 'amazonaws.com', 'amazonaws.com.cn'],
    [{ Ref: 'AWS::StackName' }, 'Upgrade', 'Upgrade'],
    [{ Ref: 'Size' }, 'small', 'small'],
    [{ 'Fn::Join': [':', ['a', { Ref: 'AWS::AccountId' }, 3]] }, 'a:123456789012:3', 'a:123456789012:3'],
    [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::b']] }, 'arn:aws:s3:::b', 'arn:aws-cn:s3:::b'],
    [
      { 'Fn::Sub': '${AWS::Region}/${!literal}/${Table.Arn}/${Size}' },
      'eu-west-1/${literal}/arn:aws:dynamodb:eu-west-1:123456789012:table/state/small',
      'cn-north-1/${literal}/arn:aws-cn:dynamodb:cn-north-1:123456789012:table/state/small',
    ],
    [{ 'Fn::Sub': ['${x}-${AWS::Region}', { x: { Ref: 'Table' } }] }, 'state-eu-west-1', 'state-cn-north-1'],
    [{ 'Fn::Select': [1, ['a', 'b']] }, 'b', 'b'],
    [{ 'Fn::Select': ['5', { 'Fn::Split': [':', { 'Fn::GetAtt': ['Table', 'Arn'] }] }] }, 'table/state', 'table/state'],
    [{ 'Fn::If': ['InChina', 'no tracing', 'tracing'] }, 'tracing', 'no tracing'],
    [{ 'Fn::If': ['NotInChina', 'tracing', 'no tracing'] }, 'tracing', 'no tracing'],
    [{ 'Fn::FindInMap': ['Runtimes', { Ref: 'AWS::Region' }, 'value'] }, 'nodejs24.x', 'nodejs22.x'],
    [
      { 'Fn::GetAtt': 'Role.Arn' },
      'arn:aws:iam::123456789012:role/service/judge',
      'arn:aws-cn:iam::123456789012:role/service/judge',
    ],
    [
      { Ref: 'Machine' },
      'arn:aws:states:eu-west-1:123456789012:stateMachine:ClickstreamUpgrade',
      'arn:aws-cn:states:cn-north-1:123456789012:stateMachine:ClickstreamUpgrade',
    ],
    [
      { list: [{ Ref: 'AWS::NoValue' }, 'kept'], gone: { 'Fn::If': ['InChina', { Ref: 'AWS::NoValue' }, 'here'] } },
      { list: ['kept'], gone: 'here' },
      { list: ['kept'] },
    ],
    [
      { Effect: 'Allow', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Effect: 'Allow', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Effect: 'Allow', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ],
  ])('resolves %j in both partitions', (value, inAws, inChina) => {
    expect(new IntrinsicResolver(TEMPLATE, AWS).resolve(value, 'here')).toEqual(inAws);
    expect(new IntrinsicResolver(TEMPLATE, CHINA).resolve(value, 'here')).toEqual(inChina);
  });

  it.each([
    [{ 'Fn::Base64': 'x' }, 'Fn::Base64 is not supported'],
    [{ 'Fn::ImportValue': 'x' }, 'Fn::ImportValue is not supported'],
    [{ Ref: 'Nobody' }, 'there is no resource or parameter Nobody'],
    [{ 'Fn::GetAtt': ['Table', 'StreamArn'] }, 'attribute StreamArn of AWS::DynamoDB::Table is not supported'],
    [{ Ref: 'OnlyInChina' }, 'not created because condition InChina is false'],
    [{ Ref: 'Required' }, 'neither a value nor a default'],
    [{ Ref: 'FromSsm' }, 'read from SSM'],
    [{ 'Fn::If': ['Unknown', 1, 2] }, 'there is no condition Unknown'],
    [{ 'Fn::Select': [2, ['a', 'b']] }, 'there is no item 2'],
    [{ 'Fn::Join': ['', [{ a: 1 }]] }, 'text expected'],
    [{ 'Fn::FindInMap': ['Runtimes', 'mars', 'value'] }, 'mapping Runtimes.mars.value does not exist'],
  ])('refuses %j and says where', (value, problem) => {
    const resolver = new IntrinsicResolver(TEMPLATE, AWS);

    expect(() => resolver.resolve({ Environment: { X: value } }, 'Resources.Fn')).toThrow(
      /^Resources\.Fn\.Environment\.X/,
    );
    expect(() => resolver.resolve(value, 'here')).toThrow(problem);
  });

  it('refuses a condition that leads back to itself', () => {
    const resolver = new IntrinsicResolver(TEMPLATE, AWS);

    expect(() => resolver.condition('Circular', 'here')).toThrow('condition Circular refers to itself');
  });

  it('takes values for parameters from outside', () => {
    const resolver = new IntrinsicResolver(TEMPLATE, { ...AWS, parameters: { Required: 'given', FromSsm: '21' } });

    expect(resolver.resolve([{ Ref: 'Required' }, { Ref: 'FromSsm' }], 'here')).toEqual(['given', '21']);
  });
});

describe('a template that a rehearsal cannot deploy', () => {
  const assetDirectory = (): string => '/nowhere';
  const deploy = (Resources: RawTemplate['Resources']): unknown =>
    deploymentOf({ template: { Resources }, assetDirectory }, AWS);

  it.each([
    [
      'a type nobody simulates',
      { Cluster: { Type: 'AWS::ECS::Cluster' } },
      'not simulated: Cluster (AWS::ECS::Cluster)',
    ],
    [
      'a property nobody simulates',
      { Table: table({ StreamSpecification: { StreamViewType: 'KEYS_ONLY' } }) },
      'Resources.Table.Properties.StreamSpecification',
    ],
    [
      'a managed policy whose document is unknown',
      { Role: role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }) },
      'arn:aws:iam::aws:policy/AdministratorAccess is not known',
    ],
    [
      'a permissions boundary',
      { Role: role({ PermissionsBoundary: 'arn:aws:iam::aws:policy/X' }) },
      'Resources.Role.Properties.PermissionsBoundary',
    ],
    [
      'code written into the template',
      { Fn: { Type: 'AWS::Lambda::Function', Properties: { Code: { ZipFile: 'x' } } } },
      'only code from a file asset can be run',
    ],
  ])('is refused for %s', (_, resources, problem) => {
    expect(() => deploy(resources)).toThrow(problem);
  });

  it('leaves out what its condition leaves out', () => {
    const template: RawTemplate = {
      ...TEMPLATE,
      Resources: { Here: table({}), There: { ...table({}), Condition: 'InChina' } },
      Outputs: { There: { Condition: 'InChina', Value: { Ref: 'There' } }, Here: { Value: { Ref: 'Here' } } },
    };

    const inAws = deploymentOf({ template, assetDirectory }, AWS);
    const inChina = deploymentOf({ template, assetDirectory }, CHINA);

    expect(inAws.tables.map(({ logicalId }) => logicalId)).toEqual(['Here']);
    expect(Object.keys(inAws.outputs)).toEqual(['Here']);
    expect(inChina.tables.map(({ logicalId }) => logicalId)).toEqual(['Here', 'There']);
  });
});

const TEMPLATE: RawTemplate = {
  Parameters: {
    Size: { Type: 'String', Default: 'small' },
    Required: { Type: 'String' },
    FromSsm: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/version' },
  },
  Conditions: {
    InChina: {
      'Fn::Or': [
        { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'cn-north-1'] },
        { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'cn-northwest-1'] },
      ],
    },
    NotInChina: { 'Fn::Not': [{ Condition: 'InChina' }] },
    Circular: { 'Fn::And': [{ Condition: 'Circular' }, { Condition: 'InChina' }] },
  },
  Mappings: { Runtimes: { 'eu-west-1': { value: 'nodejs24.x' }, 'cn-north-1': { value: 'nodejs22.x' } } },
  Resources: {
    Table: table({ TableName: 'state' }),
    OnlyInChina: { ...table({}), Condition: 'InChina' },
    Role: role({ RoleName: 'judge', Path: '/service/' }),
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { StateMachineName: { 'Fn::Sub': 'Clickstream${AWS::StackName}' } },
    },
  },
};

function table(properties: Record<string, unknown>): RawTemplate['Resources'][string] {
  const key = {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  };
  return { Type: 'AWS::DynamoDB::Table', Properties: { ...key, ...properties } };
}

function role(properties: Record<string, unknown>): RawTemplate['Resources'][string] {
  return {
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] }, ...properties },
  };
}
