import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { anyRegion } from './arns';
import type { Permission } from './permission';

/** Finds console, template, projects, apps and versions. Reads only. */
export function discoverPermissions(scope: Construct, templateBuckets: readonly string[]): Permission[] {
  return [
    {
      actions: [
        'cloudformation:DescribeStacks',
        'cloudformation:ListStackResources',
        'cloudformation:GetTemplateSummary',
      ],
      resources: ['*'],
      wildcards:
        'Without a stack name the console is looked for among all stacks, and DescribeStacks then takes no resource; ' +
        'stacks have the names that operators chose. A template named by its URL belongs to no stack.',
    },
    {
      actions: ['lambda:GetFunctionConfiguration'],
      resources: [anyRegion(scope, 'lambda', 'function', '*ClickStreamApi*')],
      wildcards: 'The function of the console is named after its stack, whose name an operator chose.',
    },
    {
      actions: ['dynamodb:Query'],
      resources: [
        anyRegion(scope, 'dynamodb', 'table', '*ClickstreamMetadata*', '/'),
        anyRegion(scope, 'dynamodb', 'table', '*ClickstreamMetadata*/index/*', '/'),
      ],
      wildcards: 'The tables of the console are named after its stack, whose name an operator chose.',
    },
    {
      // CloudFormation reads a template with the permissions of whoever names it. Source: CloudFormation User Guide,
      // control access with IAM
      actions: ['s3:GetObject'],
      resources: templateBuckets.map((bucket) => templates(scope, bucket)),
      wildcards: 'The path has the release in it; only templates of control planes.',
    },
  ];
}

function templates(scope: Construct, bucket: string): string {
  const resourceName = '*control-plane-stack*.template.json';
  return Stack.of(scope).formatArn({
    service: 's3',
    region: '',
    account: '',
    resource: bucket,
    resourceName,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}
