import type { DeploymentEnvironment } from './environment';
import { deterministicUuid, nameSuffix, physicalName } from './physical-names';

/** What one resource of the template answers to Ref and Fn::GetAtt. */
export interface ResourceIdentity {
  /** Physical name (the last part of the ARN, not always what Ref answers). */
  name: string;
  arn: string;
  ref: string;
  attributes: Record<string, string>;
}

interface ResourceType {
  /** Property that holds an explicit physical name. */
  nameProperty: string;
  generatedName(environment: DeploymentEnvironment, logicalId: string): string;
  identify(name: string, environment: DeploymentEnvironment, properties: Record<string, unknown>): ResourceIdentity;
}

/**
 * The types a rehearsal gives an identity. Return values of Ref and Fn::GetAtt.
 * Source: CloudFormation User Guide, the "Return values" section of each resource type.
 */
const IDENTIFIED_TYPES: Record<string, ResourceType> = {
  'AWS::Lambda::Function': named('FunctionName', 64, (name, env) => {
    const arn = regional(env, 'lambda', `function:${name}`);
    return { name, arn, ref: name, attributes: { Arn: arn } };
  }),
  'AWS::IAM::Role': named('RoleName', 64, (name, env, properties) => {
    const arn = global(env, `role${pathOf(properties)}${name}`);
    return { name, arn, ref: name, attributes: { Arn: arn, RoleId: `AROA${nameSuffix(arn)}` } };
  }),
  'AWS::IAM::ManagedPolicy': named('ManagedPolicyName', 128, (name, env, properties) => {
    const arn = global(env, `policy${pathOf(properties)}${name}`);
    return { name, arn, ref: arn, attributes: { PolicyArn: arn } };
  }),
  'AWS::StepFunctions::StateMachine': {
    nameProperty: 'StateMachineName',
    // Unlike other types a state machine's generated name does not begin with the stack's.
    generatedName: (env, logicalId) => `${logicalId.slice(0, 67)}-${nameSuffix(`${env.stackName}/${logicalId}`)}`,
    identify: (name, env) => {
      const arn = regional(env, 'states', `stateMachine:${name}`);
      return { name, arn, ref: arn, attributes: { Arn: arn, Name: name } };
    },
  },
  'AWS::DynamoDB::Table': table(),
  'AWS::DynamoDB::GlobalTable': table(),
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    generatedName: (env, logicalId) => physicalName(env.stackName, logicalId, 63).toLowerCase(),
    identify: (name, env) => {
      const arn = `arn:${env.partition}:s3:::${name}`;
      const suffix = env.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
      const attributes = {
        Arn: arn,
        DomainName: `${name}.s3.${suffix}`,
        RegionalDomainName: `${name}.s3.${env.region}.${suffix}`,
      };
      return { name, arn, ref: name, attributes };
    },
  },
  'AWS::Logs::LogGroup': named('LogGroupName', 512, (name, env) => {
    const arn = regional(env, 'logs', `log-group:${name}:*`);
    return { name, arn, ref: name, attributes: { Arn: arn } };
  }),
  'AWS::Events::Rule': named('Name', 64, (name, env) => {
    const arn = regional(env, 'events', `rule/${name}`);
    return { name, arn, ref: name, attributes: { Arn: arn } };
  }),
  'AWS::KMS::Key': {
    // A key has an id and no name.
    nameProperty: '',
    generatedName: (env, logicalId) => deterministicUuid(`${env.stackName}/${logicalId}`),
    identify: (name, env) => {
      const arn = regional(env, 'kms', `key/${name}`);
      return { name, arn, ref: name, attributes: { Arn: arn, KeyId: name } };
    },
  },
  'AWS::SNS::Topic': named('TopicName', 256, (name, env) => {
    const arn = regional(env, 'sns', name);
    return { name, arn, ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  }),
  'AWS::SQS::Queue': named('QueueName', 80, (name, env) => {
    const arn = regional(env, 'sqs', name);
    const suffix = env.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    const url = `https://sqs.${env.region}.${suffix}/${env.accountId}/${name}`;
    return { name, arn, ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  }),
};

/**
 * Types that take no part in a rehearsal: they grant what an embedded account does not ask for, watch, or describe.
 * Everything else is refused, so that nothing the deployment relies on is left out without a word.
 */
const INERT_TYPES = new Set([
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::Logs::ResourcePolicy',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'Custom::S3AutoDeleteObjects',
]);

/** Types that are read where they belong (a role's policies, a function's, a queue's) and are never referred to. */
const ATTACHED_TYPES = new Set([
  'AWS::IAM::Policy',
  'AWS::IAM::RolePolicy',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);

/** Whether the rehearsal knows what to do with resources of this type. */
export function isKnownType(type: string): boolean {
  return type in IDENTIFIED_TYPES || INERT_TYPES.has(type) || ATTACHED_TYPES.has(type);
}

/** Whether the rehearsal reads the properties of resources of this type. */
export function takesPart(type: string): boolean {
  return type in IDENTIFIED_TYPES || ATTACHED_TYPES.has(type);
}

/** The property that names resources of this type explicitly, or undefined for types without an identity. */
export function namePropertyOf(type: string): string | undefined {
  return IDENTIFIED_TYPES[type]?.nameProperty;
}

/**
 * Identity of a resource.
 * @param explicitName resolved name property, when the template has one
 * @returns undefined when the type has no identity in a rehearsal
 */
export function identify(
  type: string,
  logicalId: string,
  explicitName: string | undefined,
  properties: Record<string, unknown>,
  environment: DeploymentEnvironment,
): ResourceIdentity | undefined {
  const known = IDENTIFIED_TYPES[type];
  return known?.identify(explicitName ?? known.generatedName(environment, logicalId), environment, properties);
}

function named(nameProperty: string, maxLength: number, identifyResource: ResourceType['identify']): ResourceType {
  return {
    nameProperty,
    generatedName: (env, logicalId) => physicalName(env.stackName, logicalId, maxLength),
    identify: identifyResource,
  };
}

function table(): ResourceType {
  return named('TableName', 255, (name, env) => {
    const arn = regional(env, 'dynamodb', `table/${name}`);
    return { name, arn, ref: name, attributes: { Arn: arn } };
  });
}

function regional(env: DeploymentEnvironment, service: string, resource: string): string {
  return `arn:${env.partition}:${service}:${env.region}:${env.accountId}:${resource}`;
}

function global(env: DeploymentEnvironment, resource: string): string {
  return `arn:${env.partition}:iam::${env.accountId}:${resource}`;
}

function pathOf(properties: Record<string, unknown>): string {
  return typeof properties['Path'] === 'string' ? properties['Path'] : '/';
}
