import type { DeployedFunction, DeployedResourcePolicy } from './deployment';
import type { ResourceIdentity } from './resource-types';
import type { TemplateResource } from './resources';
import { policyDocument } from './roles';

/** What the policies of functions, queues and topics let other services do. */
export function readResourcePolicies(resources: readonly TemplateResource[]): DeployedResourcePolicy[] {
  const statements = new Map<string, Record<string, unknown>[]>();
  const add = (resourceArn: string, more: readonly Record<string, unknown>[]): void => {
    statements.set(resourceArn, [...(statements.get(resourceArn) ?? []), ...more]);
  };
  for (const resource of resources) {
    switch (resource.type) {
      case 'AWS::Lambda::Permission': {
        const { arn, statement } = permissionOf(resource, resources);
        add(arn, [statement]);
        break;
      }
      case 'AWS::SQS::QueuePolicy':
      case 'AWS::SNS::TopicPolicy': {
        const { properties } = resource;
        const document = policyDocument(properties.record('PolicyDocument'), `${properties.path}.PolicyDocument`);
        const named = properties.texts(resource.type === 'AWS::SQS::QueuePolicy' ? 'Queues' : 'Topics');
        properties.refuseOthers();
        for (const name of named) add(arnOf(name, resources), document.Statement);
        break;
      }
    }
  }
  return [...statements].map(([resourceArn, list]) => ({
    resourceArn,
    document: { Version: '2012-10-17', Statement: list },
  }));
}

/** As Lambda makes a statement of it. Source: Lambda API Reference, AddPermission */
function permissionOf(
  { properties }: TemplateResource,
  resources: readonly TemplateResource[],
): { arn: string; statement: Record<string, unknown> } {
  const arn = arnOf(properties.text('FunctionName'), resources);
  const sourceArn = properties.text('SourceArn', undefined);
  const sourceAccount = properties.text('SourceAccount', undefined);
  const statement = {
    Effect: 'Allow',
    Action: properties.text('Action'),
    Principal: { Service: properties.text('Principal') },
    Resource: arn,
    Condition: {
      ...(sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': sourceArn } }),
      ...(sourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': sourceAccount } }),
    },
  };
  properties.refuseOthers();
  return { arn, statement };
}

/** How a function's asynchronous invocations are tried again; nothing where the template leaves it at the defaults. */
export function asynchronousOf(
  { arn }: ResourceIdentity,
  resources: readonly TemplateResource[],
): Pick<DeployedFunction, 'asynchronous'> {
  const config = resources.find(
    ({ type, properties }) =>
      type === 'AWS::Lambda::EventInvokeConfig' && arnOf(properties.text('FunctionName'), resources) === arn,
  );
  if (config === undefined) return {};
  const { properties } = config;
  const onFailure = properties.nested('DestinationConfig').nested('OnFailure');
  const onFailureArn = onFailure.text('Destination', undefined);
  onFailure.refuseOthers();
  const maxRetries = properties.number('MaximumRetryAttempts', 2);
  properties.letPass('Qualifier', 'MaximumEventAgeInSeconds');
  properties.refuseOthers();
  return { asynchronous: { maxRetries, ...(onFailureArn === undefined ? {} : { onFailureArn }) } };
}

/** A resource of the template by whatever Ref or ARN it is named by; one from outside is named by its ARN. */
function arnOf(name: string, resources: readonly TemplateResource[]): string {
  const found = resources.find(({ identity }) => identity?.ref === name || identity?.name === name);
  return found?.identity?.arn ?? name;
}
