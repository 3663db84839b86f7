import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import {
  childExecutionArns,
  guardianExecutionArns,
  guardianName,
  machineName,
  mapRunArns,
  rootExecutionArns,
} from '../names';
import type { BudgetedStep } from '../workflow/history-budget';
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

/** Reads many records of the state table at once. */
export function readAll(table: ITable): Permission[] {
  return [{ actions: ['dynamodb:BatchGetItem'], resources: [table.tableArn] }];
}

/** Writes plans or reports. */
export function writeObjects(bucket: IBucket): Permission[] {
  return [{ actions: ['s3:PutObject'], resources: [bucket.arnForObjects('*')], wildcards: OBJECTS }];
}

/** Steps whose schemas say why they act without the lock: they ask no guard. A test compares. */
const WITHOUT_LOCK: readonly BudgetedStep[] = [
  'inspect-and-plan',
  'prepare-change-set',
  'approve-plan',
  'take-lock',
  'report',
  'release-lock',
  'look-at-root',
  'wait-for-map-runs',
  'tell-what-happened',
];

/** The guard of a step: its own execution has to run, and where a guardian acts, its root must not. */
export function askGuard(scope: Construct, step: BudgetedStep): Permission[] {
  if (WITHOUT_LOCK.includes(step)) return [];
  return [
    {
      actions: ['states:DescribeExecution'],
      resources: [rootExecutionArns(scope), childExecutionArns(scope), ...guardianExecutionArns(scope)],
      wildcards: 'Operators name their executions, and children have generated names.',
    },
  ];
}

/** Map Runs of our own machines; their children every guarded step may describe. */
export function readMapRuns(scope: Construct): Permission[] {
  const names = [machineName(scope), guardianName(scope)];
  return [
    {
      actions: ['states:DescribeMapRun', 'states:ListExecutions'],
      resources: names.map((name) => mapRunArns(scope, name)),
      wildcards: 'Map Runs of the own machines have generated ids.',
    },
  ];
}
