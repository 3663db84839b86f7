import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { OPERATION_PREFIX } from '../../lambda/shared/change-set/names';
import { anyRegion } from './arns';
import type { Permission } from './permission';

export interface ConsolePermissionsProps {
  /** Buckets from which templates of the web console may come. */
  templateBuckets: readonly string[];
}

const OPERATORS_NAME = 'The stack of the web console has the name that an operator chose, in the region they chose.';
const FENCED = `${OPERATORS_NAME} Only change sets with our own prefix are touched.`;

/** Beside what every step has, and `writeObjects`: makes and describes a change set of the console's stack. */
export function prepareChangeSetPermissions(scope: Construct, props: ConsolePermissionsProps): Permission[] {
  const { templateBuckets } = props;
  return [
    {
      actions: [
        'cloudformation:DescribeStacks',
        'cloudformation:ListStackResources',
        'cloudformation:ListChangeSets',
        'cloudformation:DescribeChangeSet',
      ],
      resources: [stacks(scope)],
      wildcards: `${OPERATORS_NAME} Reads only.`,
    },
    {
      actions: ['cloudformation:CreateChangeSet'],
      resources: [stacks(scope)],
      wildcards: `${FENCED} Templates come from the solution's buckets, and no service role can be given.`,
      conditions: {
        StringLike: {
          'cloudformation:ChangeSetName': `${OPERATION_PREFIX}*`,
          // Virtual-hosted addresses only: in path-style ones a pattern could not tell a bucket from a folder.
          'cloudformation:TemplateUrl': templateBuckets.flatMap((bucket) => [
            `https://${bucket}.s3.*`,
            `https://${bucket}.s3-*`,
          ]),
        },
        Null: { 'cloudformation:RoleArn': 'true' },
      },
    },
    {
      actions: ['cloudformation:DeleteChangeSet'],
      resources: [stacks(scope)],
      wildcards: FENCED,
      conditions: { StringLike: { 'cloudformation:ChangeSetName': `${OPERATION_PREFIX}*` } },
    },
    {
      // CloudFormation fetches a template as the caller. Source: CloudFormation User Guide, "Control access with IAM"
      actions: ['s3:GetObject'],
      resources: templateBuckets.map((bucket) => `arn:${Stack.of(scope).partition}:s3:::${bucket}/*`),
      wildcards: 'Templates of every release lie in these buckets; they are public.',
    },
  ];
}

/**
 * Beside what every step has: executes a change set of the console's stack and looks at the outcome. What CloudFormation may
 * do to the stack's resources is the business of the stack's service role, or of a policy that the operator names.
 */
export function upgradeConsolePermissions(scope: Construct, props: ConsolePermissionsProps): Permission[] {
  return [
    ...prepareChangeSetPermissions(scope, props),
    {
      actions: ['cloudformation:ExecuteChangeSet'],
      resources: [stacks(scope)],
      wildcards: FENCED,
      conditions: { StringLike: { 'cloudformation:ChangeSetName': `${OPERATION_PREFIX}*` } },
    },
    {
      actions: ['cloudformation:DescribeStackEvents'],
      resources: [stacks(scope)],
      wildcards: `${OPERATORS_NAME} Reads only.`,
    },
    {
      actions: ['lambda:GetFunctionConfiguration'],
      resources: [anyRegion(scope, 'lambda', 'function', '*ClickStreamApi*')],
      wildcards: 'The function of the console is named after its stack, whose name an operator chose.',
    },
    {
      actions: ['dynamodb:GetItem'],
      resources: [anyRegion(scope, 'dynamodb', 'table', '*ClickstreamDictionary*', '/')],
      wildcards: 'The tables of the console are named after its stack, whose name an operator chose.',
    },
  ];
}

function stacks(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'cloudformation',
    region: '*',
    resource: 'stack',
    resourceName: '*/*',
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}
