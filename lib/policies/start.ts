import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { machineArn } from '../names';
import { anyRegion } from './arns';
import { takeLockPermissions } from './gate';
import type { Permission } from './permission';

export interface StartPermissionsProps {
  table: ITable;
  bucket: IBucket;
  consoleStack: string;
}

/** Reads lock, plan, console and pipelines; starts the own machine. It is no step and writes nothing. */
export function startPermissions(
  scope: Construct,
  { table, bucket, consoleStack }: StartPermissionsProps,
): Permission[] {
  const console = Stack.of(scope).formatArn({
    service: 'cloudformation',
    resource: 'stack',
    resourceName: `${consoleStack}/*`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  const consoleNested = Stack.of(scope).formatArn({
    service: 'cloudformation',
    resource: 'stack',
    resourceName: `${consoleStack}-*/*`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  const pipelines = ['Clickstream-*/*', '*-Clickstream-*/*'].map((name) =>
    anyRegion(scope, 'cloudformation', 'stack', name, '/'),
  );
  return [
    { actions: ['states:StartExecution'], resources: [machineArn(scope)] },
    { actions: ['dynamodb:GetItem'], resources: [table.tableArn] },
    {
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects('plans/*')],
      wildcards: 'Keys of plans carry their hashes.',
    },
    // Without it S3 answers AccessDenied, not NoSuchKey, for an object that is missing. Source: S3 API, GetObject
    { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
    ...takeLockPermissions(scope),
    {
      actions: ['cloudformation:DescribeStacks'],
      resources: [console, ...pipelines],
      wildcards: 'ARNs of stacks end in an id; stacks of pipelines may be in any region and have generated names.',
    },
    {
      actions: ['cloudformation:ListStackResources'],
      resources: [console, consoleNested],
      wildcards: 'ARNs of stacks end in an id; nested ones are named after the stack that holds them.',
    },
    {
      actions: ['lambda:GetFunctionConfiguration'],
      resources: [anyRegion(scope, 'lambda', 'function', '*ClickStreamApi*')],
      wildcards: 'The function of the console is named after its stack, and CloudFormation completes the name.',
    },
    {
      actions: ['dynamodb:Query'],
      resources: [anyRegion(scope, 'dynamodb', 'table', '*ClickstreamMetadata*/index/*', '/')],
      wildcards: 'The table of the console is named after its stack, and CloudFormation completes the name.',
    },
  ];
}
