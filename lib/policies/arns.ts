import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Why regions are open: projects may be in any region. */
export const GENERATED_NAMES = 'CloudFormation completes the name; a project may be in any region.';

/** ARN of a resource in any region of this account: the solution's pipelines need not be where this stack is. */
export function anyRegion(
  scope: Construct,
  service: string,
  resource: string,
  resourceName: string,
  separator: ':' | '/' = ':',
): string {
  const arnFormat = separator === ':' ? ArnFormat.COLON_RESOURCE_NAME : ArnFormat.SLASH_RESOURCE_NAME;
  return Stack.of(scope).formatArn({ service, region: '*', resource, resourceName, arnFormat });
}

/** ARN of a role of this account. */
export function roleArn(scope: Construct, roleName: string): string {
  return Stack.of(scope).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: roleName });
}
