import type { Construct } from 'constructs';
import { anyRegion } from './arns';
import type { Permission } from './permission';
import { describeWorkgroups } from './warehouse';

/** The console's tables are named after its stack and their logical ids. */
const TABLES = '*ClickStreamApi*';
const TABLE_NAMES = 'The tables of the console are named after its stack, whose name an operator chose.';
/** Begin of the names of our snapshots (lambda/back-up/names.ts). */
const SNAPSHOTS = 'clickstream-upgrade-*';

/** Beside what every step has: makes backups and snapshots and looks at them; deletes and restores none. */
export function backUpPermissions(scope: Construct): Permission[] {
  return [
    {
      actions: ['dynamodb:CreateBackup'],
      resources: [anyRegion(scope, 'dynamodb', 'table', TABLES, '/')],
      wildcards: TABLE_NAMES,
    },
    { actions: ['dynamodb:ListBackups'], resources: ['*'], wildcards: 'ListBackups knows no resource; reads only.' },
    {
      actions: ['redshift:CreateClusterSnapshot'],
      resources: [
        anyRegion(scope, 'redshift', 'cluster', '*'),
        anyRegion(scope, 'redshift', 'snapshot', `*/${SNAPSHOTS}`),
      ],
      wildcards: 'Clusters are the customers’ own, with their own names; only snapshots with our prefix can be made.',
    },
    {
      actions: ['redshift:DescribeClusterSnapshots'],
      resources: [anyRegion(scope, 'redshift', 'cluster', '*')],
      wildcards: 'Clusters are the customers’ own, with their own names; reads only.',
    },
    {
      actions: ['redshift-serverless:CreateSnapshot'],
      resources: ['namespace', 'snapshot'].map((kind) => anyRegion(scope, 'redshift-serverless', kind, '*', '/')),
      wildcards:
        'ARNs of namespaces and snapshots carry generated ids instead of the names; nothing is deleted or restored.',
    },
    {
      actions: ['redshift-serverless:GetSnapshot', 'redshift-serverless:ListRecoveryPoints'],
      resources: ['snapshot', 'recoverypoint'].map((kind) => anyRegion(scope, 'redshift-serverless', kind, '*', '/')),
      wildcards: 'ARNs of snapshots and recovery points carry generated ids; reads only.',
    },
    ...describeWorkgroups(scope),
  ];
}
