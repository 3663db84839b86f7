import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { childExecutionArns, guardianName, machineName, mapRunArns } from '../names';
import type { Permission } from './permission';

const OBJECTS = 'Keys carry hashes of plans and names of executions; nothing else lies in the bucket.';

/** State table and plans: what every step has. */
export function commonPermissions(table: ITable, bucket: IBucket): Permission[] {
  return [
    { actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [table.tableArn] },
    { actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')], wildcards: OBJECTS },
    // Without it S3 answers AccessDenied, not NoSuchKey, for an object that is missing. Source: S3 API, GetObject
    { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
  ];
}

/** Writes plans or reports. */
export function writeObjects(bucket: IBucket): Permission[] {
  return [{ actions: ['s3:PutObject'], resources: [bucket.arnForObjects('*')], wildcards: OBJECTS }];
}

/** Map Runs of our own machines and their children. */
export function readMapRuns(scope: Construct): Permission[] {
  const names = [machineName(scope), guardianName(scope)];
  return [
    {
      actions: ['states:DescribeMapRun', 'states:ListExecutions'],
      resources: names.map((name) => mapRunArns(scope, name)),
      wildcards: 'Map Runs of the own machines have generated ids.',
    },
    {
      actions: ['states:DescribeExecution'],
      resources: names.map((name) => childExecutionArns(scope, name)),
      wildcards: 'Children of the own Map Runs have generated names.',
    },
  ];
}
