import type { Stack } from 'aws-cdk-lib';
import type { Permission } from '../../lib/policies/permission';
import type { PolicyDocument } from '../../rehearsal/aws/iam/iam';

/** Permissions of a step as the policy that the template would have, in the partition `aws`. */
export function policyDocument(scope: Stack, permissions: readonly Permission[]): PolicyDocument {
  const statements = permissions.map(({ actions, resources, conditions }) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
    ...(conditions === undefined ? {} : { Condition: conditions }),
  }));
  return { Version: '2012-10-17', Statement: joined(scope.resolve(statements)) };
}

function joined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(joined);
  if (value === null || typeof value !== 'object') return value;
  const { 'Fn::Join': join, Ref } = value as { 'Fn::Join'?: [string, unknown[]]; Ref?: string };
  if (Ref === 'AWS::Partition') return 'aws';
  if (join !== undefined) return join[1].map(joined).join(join[0]);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, joined(inner)]));
}
