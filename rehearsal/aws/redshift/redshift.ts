import type { VirtualClock } from '../../clock';
import { partitionOf } from '../arns';
import { text } from '../input';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';
import { AssociatedRoles, solutionCopyRole } from './associated-roles';
import { modifyRoles } from './modify-roles';

/** A provisioned cluster, as far as an upgrade looks at it. */
export interface Cluster {
  region: string;
  identifier: string;
  nodeType: string;
  numberOfNodes: number;
  createdMs: number;
  /** `available` where it is left out; `resizing`, `paused` and others admit no snapshot. */
  status?: string;
  /** IAM roles; where it is left out, the one of the solution's COPY. */
  roles?: AssociatedRoles;
}

export interface ClusterSnapshot {
  region: string;
  identifier: string;
  clusterIdentifier: string;
  createdMs: number;
  retentionDays: number;
  status: 'creating' | 'available' | 'failed';
}

/** Snapshots are incremental; AWS documents no duration. */
const SNAPSHOT_TAKES_MS = 8 * 60_000;
/** Source: Redshift API Reference, MaxRecords of the Describe operations */
const DEFAULT_PAGE = 100;

/**
 * The part of the Amazon Redshift API (provisioned clusters) that backups and IAM roles need.
 * Source: Amazon Redshift API Reference, DescribeClusters, DescribeClusterSnapshots, CreateClusterSnapshot, ModifyClusterIamRoles
 */
export class Redshift implements SimulatedService {
  readonly signingName = 'redshift';
  private readonly clusters: Cluster[] = [];
  private readonly snapshots: ClusterSnapshot[] = [];
  private failures = 0;

  constructor(private readonly clock: VirtualClock) {}

  /** Adds a cluster. Throws when the region has one of that identifier. */
  add(cluster: Cluster): void {
    if (this.findCluster(cluster.region, cluster.identifier) !== undefined) {
      throw new Error(`There is a cluster ${cluster.identifier} in ${cluster.region} already`);
    }
    this.clusters.push(cluster);
  }

  /** Every cluster of every region. */
  get all(): readonly Cluster[] {
    return this.clusters;
  }

  findCluster(region: string, identifier: string): Cluster | undefined {
    return this.clusters.find((cluster) => cluster.region === region && cluster.identifier === identifier);
  }

  /** The snapshots of a cluster, oldest first. */
  snapshotsOf(region: string, clusterIdentifier: string): readonly ClusterSnapshot[] {
    return this.snapshots.filter(
      (snapshot) => snapshot.region === region && snapshot.clusterIdentifier === clusterIdentifier,
    );
  }

  /** The next snapshot that is begun will end `failed`. */
  failNextSnapshot(): void {
    this.failures += 1;
  }

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    return new Promise((resolve) => resolve(this.answer(call)));
  }

  private answer(call: ServiceCall): Record<string, unknown> {
    switch (call.operation) {
      case 'DescribeClusters': {
        refuseOtherMembers(call, ['ClusterIdentifier', 'MaxRecords', 'Marker']);
        const identifier = text(call, 'ClusterIdentifier');
        const found = this.clusters.filter(
          (cluster) => cluster.region === call.region && (identifier === '' || cluster.identifier === identifier),
        );
        if (identifier !== '' && found.length === 0) throw clusterNotFound(identifier);
        const { page, rest } = paged(call, found);
        return { Clusters: page.map((cluster) => shownCluster(cluster, call)), ...rest };
      }
      case 'DescribeClusterSnapshots':
        return this.describeSnapshots(call);
      case 'CreateClusterSnapshot':
        return { Snapshot: shownSnapshot(this.createSnapshot(call)) };
      case 'ModifyClusterIamRoles': {
        const identifier = text(call, 'ClusterIdentifier');
        const cluster = this.findCluster(call.region, identifier);
        if (cluster === undefined) throw clusterNotFound(identifier);
        modifyRoles(call, rolesOfCluster(cluster, call.caller.accountId), cluster.status ?? 'available', this.clock);
        return { Cluster: shownCluster(cluster, call) };
      }
      default:
        throw notSimulated(`redshift:${call.operation}`);
    }
  }

  private describeSnapshots(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['ClusterIdentifier', 'SnapshotIdentifier', 'MaxRecords', 'Marker']);
    const identifier = text(call, 'SnapshotIdentifier');
    const cluster = text(call, 'ClusterIdentifier');
    const found = this.snapshots.filter(
      (snapshot) =>
        snapshot.region === call.region &&
        (identifier === '' || snapshot.identifier === identifier) &&
        (cluster === '' || snapshot.clusterIdentifier === cluster),
    );
    if (identifier !== '' && found.length === 0) {
      throw new AwsError('ClusterSnapshotNotFoundFault', `Snapshot ${identifier} not found.`);
    }
    const { page, rest } = paged(call, found);
    return { Snapshots: page.map(shownSnapshot), ...rest };
  }

  private createSnapshot(call: ServiceCall): ClusterSnapshot {
    refuseOtherMembers(call, ['SnapshotIdentifier', 'ClusterIdentifier', 'ManualSnapshotRetentionPeriod']);
    const { region, input } = call;
    // Stored as a lower-case string. Source: Redshift API Reference, CreateClusterSnapshot
    const identifier = text(call, 'SnapshotIdentifier').toLowerCase();
    if (!/^[a-z](?!.*--)[a-z0-9-]{0,253}[a-z0-9]$/.test(identifier)) {
      throw new AwsError(
        'InvalidParameterValue',
        'The parameter SnapshotIdentifier is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.',
      );
    }
    const clusterIdentifier = text(call, 'ClusterIdentifier');
    const cluster = this.findCluster(region, clusterIdentifier);
    if (cluster === undefined) throw clusterNotFound(clusterIdentifier);
    // Unique over all snapshots of the account in a region, whichever cluster they are of.
    if (this.snapshots.some((snapshot) => snapshot.region === region && snapshot.identifier === identifier)) {
      throw new AwsError(
        'ClusterSnapshotAlreadyExistsFault',
        `Cannot create the snapshot because a snapshot with the identifier ${identifier} already exists.`,
      );
    }
    if ((cluster.status ?? 'available') !== 'available') {
      throw new AwsError(
        'InvalidClusterStateFault',
        `There is an operation running on the Cluster. Please try to create the snapshot at a later time.`,
      );
    }
    const createdMs = this.clock.now();
    const retention = input['ManualSnapshotRetentionPeriod'];
    const retentionDays = typeof retention === 'number' ? retention : -1;
    const snapshot: ClusterSnapshot = {
      region,
      identifier,
      clusterIdentifier,
      createdMs,
      retentionDays,
      status: 'creating',
    };
    const end = this.failures > 0 ? 'failed' : 'available';
    this.failures = Math.max(0, this.failures - 1);
    this.clock.at(createdMs + SNAPSHOT_TAKES_MS, () => {
      snapshot.status = end;
    });
    this.snapshots.push(snapshot);
    return snapshot;
  }
}

function paged<T>(call: ServiceCall, items: readonly T[]): { page: T[]; rest: { Marker?: string } } {
  const { MaxRecords: most, Marker: marker } = call.input;
  const first = marker === undefined ? 0 : Number(marker);
  if (!Number.isInteger(first)) throw new AwsError('InvalidParameterValue', `Invalid marker: ${String(marker)}`);
  const next = first + (typeof most === 'number' ? most : DEFAULT_PAGE);
  return { page: items.slice(first, next), rest: next < items.length ? { Marker: String(next) } : {} };
}

/** The roles of a cluster; that of the solution's COPY where the world says nothing else. */
export function rolesOfCluster(cluster: Cluster, accountId: string): AssociatedRoles {
  cluster.roles ??= new AssociatedRoles([solutionCopyRole(partitionOf(cluster.region), accountId)]);
  return cluster.roles;
}

function shownCluster(cluster: Cluster, { caller }: ServiceCall): Record<string, unknown> {
  const { status = 'available' } = cluster;
  const roles = rolesOfCluster(cluster, caller.accountId);
  return {
    ClusterIdentifier: cluster.identifier,
    NodeType: cluster.nodeType,
    NumberOfNodes: cluster.numberOfNodes,
    ClusterStatus: status,
    ClusterAvailabilityStatus: status === 'available' ? 'Available' : 'Modifying',
    ClusterCreateTime: new Date(cluster.createdMs),
    IamRoles: roles.all.map(({ roleArn, applyStatus }) => ({ IamRoleArn: roleArn, ApplyStatus: applyStatus })),
    ...(roles.defaultArn === undefined ? {} : { DefaultIamRoleArn: roles.defaultArn }),
  };
}

function shownSnapshot(snapshot: ClusterSnapshot): Record<string, unknown> {
  return {
    SnapshotIdentifier: snapshot.identifier,
    ClusterIdentifier: snapshot.clusterIdentifier,
    SnapshotCreateTime: new Date(snapshot.createdMs),
    SnapshotType: 'manual',
    Status: snapshot.status,
    ManualSnapshotRetentionPeriod: snapshot.retentionDays,
  };
}

function clusterNotFound(identifier: string): AwsError {
  return new AwsError('ClusterNotFoundFault', `Cluster ${identifier} not found.`);
}
