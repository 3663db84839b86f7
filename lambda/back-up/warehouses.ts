import {
  CreateClusterSnapshotCommand,
  DescribeClusterSnapshotsCommand,
  RedshiftClient,
  type Snapshot as ClusterSnapshot,
} from '@aws-sdk/client-redshift';
import {
  CreateSnapshotCommand,
  GetSnapshotCommand,
  GetWorkgroupCommand,
  ListRecoveryPointsCommand,
  RedshiftServerlessClient,
  type RecoveryPoint,
  type Snapshot,
} from '@aws-sdk/client-redshift-serverless';
import { isAwsError } from '../shared/aws-errors';
import type { WarehouseRef } from '../shared/plan/warehouse';
import { looking, making, type Backup } from './backup';
import { snapshotName } from './names';
import { perRegion } from '../shared/per-region';
import { guarded } from '../shared/guard/guard';

/** Snapshots of an upgrade are not kept for ever, which is what Redshift does without being told. */
export const KEPT_DAYS = 30;

/** A recovery point is made every 30 minutes; one older than two of them means that none are made. */
const FRESH_MS = 60 * 60_000;

const redshift = perRegion((region) => guarded(new RedshiftClient({ region })));
const redshiftServerless = perRegion((region) => guarded(new RedshiftServerlessClient({ region })));

/** The backup of a warehouse: a snapshot that this root made or, of a serverless one, a recovery point fresh enough. */
export function warehouseBackup(warehouse: WarehouseRef, rootId: string, nowMs: number): Promise<Backup> {
  return warehouse.kind === 'provisioned'
    ? clusterBackup(warehouse, rootId)
    : serverlessBackup(warehouse, rootId, nowMs);
}

/** A cluster that is being changed, or a snapshot begun by a call whose answer was lost. */
const PASSING_OF_CLUSTERS = ['InvalidClusterStateFault', 'ClusterSnapshotAlreadyExistsFault'];

async function clusterBackup({ region, name }: WarehouseRef, rootId: string): Promise<Backup> {
  const client = redshift(region);
  const what = `cluster ${name}`;
  const identifier = snapshotName(name, rootId);
  const found = await looking(what, () => findClusterSnapshot(client, name, identifier));
  return {
    what,
    state: clusterState(found, identifier),
    make: () =>
      making(what, PASSING_OF_CLUSTERS, () =>
        client.send(
          new CreateClusterSnapshotCommand({
            ClusterIdentifier: name,
            SnapshotIdentifier: identifier,
            ManualSnapshotRetentionPeriod: KEPT_DAYS,
          }),
        ),
      ),
  };
}

/** Source: Redshift API Reference, Snapshot: available, creating, failed, deleted, final snapshot */
function clusterState(found: ClusterSnapshot | undefined, id: string): Backup['state'] {
  switch (found?.Status) {
    case undefined:
    case 'deleted':
      return { is: 'missing' };
    case 'available':
      return { is: 'there', id, kind: 'snapshot' };
    case 'failed':
      return { is: 'failed', why: `The snapshot ${id} has failed; delete it, and a new one can be made.` };
    default:
      return { is: 'under way' };
  }
}

async function findClusterSnapshot(
  client: RedshiftClient,
  cluster: string,
  identifier: string,
): Promise<ClusterSnapshot | undefined> {
  try {
    const { Snapshots: snapshots } = await client.send(
      new DescribeClusterSnapshotsCommand({ ClusterIdentifier: cluster, SnapshotIdentifier: identifier }),
    );
    return snapshots?.[0];
  } catch (error) {
    if (isAwsError(error, 'ClusterSnapshotNotFoundFault', 'ClusterSnapshotNotFound')) return undefined;
    throw error;
  }
}

async function serverlessBackup({ region, name }: WarehouseRef, rootId: string, nowMs: number): Promise<Backup> {
  const client = redshiftServerless(region);
  const what = `workgroup ${name}`;
  const snapshot = snapshotName(name, rootId);
  const { workgroup } = await looking(what, () => client.send(new GetWorkgroupCommand({ workgroupName: name })));
  const namespaceName = workgroup?.namespaceName ?? '';
  const found = await looking(what, () => findSnapshot(client, snapshot));
  const point = found === undefined ? await looking(what, () => freshPoint(client, namespaceName, nowMs)) : undefined;
  return {
    what,
    state: point ?? serverlessState(found, snapshot),
    // A conflict is a workgroup that is being changed, or a snapshot begun by a call whose answer was lost.
    make: () =>
      making(what, ['ConflictException'], () =>
        client.send(new CreateSnapshotCommand({ namespaceName, snapshotName: snapshot, retentionPeriod: KEPT_DAYS })),
      ),
  };
}

/** Source: Redshift Serverless API Reference, Snapshot */
function serverlessState(found: Snapshot | undefined, id: string): Backup['state'] {
  switch (found?.status) {
    case undefined:
    case 'DELETED':
      return { is: 'missing' };
    case 'AVAILABLE':
      return { is: 'there', id, kind: 'snapshot' };
    case 'FAILED':
    case 'CANCELLED':
      return { is: 'failed', why: `The snapshot ${id} is ${found.status}; delete it, and a new one can be made.` };
    default:
      return { is: 'under way' };
  }
}

async function findSnapshot(client: RedshiftServerlessClient, snapshotName: string): Promise<Snapshot | undefined> {
  try {
    return (await client.send(new GetSnapshotCommand({ snapshotName }))).snapshot;
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

async function freshPoint(
  client: RedshiftServerlessClient,
  namespaceName: string,
  nowMs: number,
): Promise<Extract<Backup['state'], { is: 'there' }> | undefined> {
  const { recoveryPoints = [] } = await client.send(
    new ListRecoveryPointsCommand({ namespaceName, startTime: new Date(nowMs - FRESH_MS) }),
  );
  const newest = newestPoint(recoveryPoints);
  const { recoveryPointId: id, recoveryPointCreateTime: createdAt } = newest ?? {};
  if (id === undefined || createdAt === undefined || nowMs - createdAt.getTime() > FRESH_MS) return undefined;
  return { is: 'there', id, kind: 'recovery point' };
}

/** The order of the list is not documented. */
function newestPoint(points: readonly RecoveryPoint[]): RecoveryPoint | undefined {
  const time = (point: RecoveryPoint): number => point.recoveryPointCreateTime?.getTime() ?? 0;
  return points.reduce<RecoveryPoint | undefined>(
    (newest, point) => (newest === undefined || time(point) > time(newest) ? point : newest),
    undefined,
  );
}
