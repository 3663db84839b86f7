import { deterministicUuid } from '../../template/physical-names';
import { regionalArn } from '../arns';
import { refuseOtherMembers } from '../not-simulated';
import { text } from '../input';
import { AwsError, type ServiceCall } from '../service';
import type { Workgroup } from './workgroup';

interface NamespaceSnapshot {
  region: string;
  name: string;
  arn: string;
  namespaceName: string;
  createdMs: number;
  retentionDays: number;
}

/** Every 30 minutes, kept for a day. Source: Redshift Management Guide, serverless-snapshots-recovery-points */
const RECOVERY_POINT_MINUTES = 30;
const RECOVERY_POINT_KEPT_MS = 24 * 3_600_000;

/** Snapshots are incremental; AWS documents no duration. */
const SNAPSHOT_TAKES_MS = 6 * 60_000;
/** Source: Redshift Serverless API Reference, CreateSnapshot: -1 keeps it for ever */
const FOR_EVER = -1;
const DEFAULT_PAGE = 100;

/** Recovery points and snapshots of the namespaces, whose life goes by the clock. */
export class NamespaceBackups {
  private readonly snapshots: NamespaceSnapshot[] = [];

  /** Newest first. */
  recoveryPoints(workgroup: Workgroup, nowMs: number): { id: string; createdMs: number }[] {
    const stepMs = (workgroup.recoveryPointMinutes ?? RECOVERY_POINT_MINUTES) * 60_000;
    if (stepMs <= 0) return [];
    const points: { id: string; createdMs: number }[] = [];
    const newest = workgroup.createdMs + Math.floor((nowMs - workgroup.createdMs) / stepMs) * stepMs;
    for (let at = newest; at > workgroup.createdMs && nowMs - at < RECOVERY_POINT_KEPT_MS; at -= stepMs) {
      points.push({ id: deterministicUuid(`recovery-point/${workgroup.arn}/${at}`), createdMs: at });
    }
    return points;
  }

  /** Whether capacity may be changed: something of the namespace could be restored. */
  hasBackup(workgroup: Workgroup, nowMs: number): boolean {
    return (
      this.recoveryPoints(workgroup, nowMs).length > 0 ||
      this.snapshots.some(
        (snapshot) =>
          snapshot.region === workgroup.region &&
          snapshot.namespaceName === workgroup.namespaceName &&
          statusOf(snapshot, nowMs) === 'AVAILABLE',
      )
    );
  }

  /** Source: Redshift Serverless API Reference, ListRecoveryPoints */
  listRecoveryPoints(call: ServiceCall, workgroup: Workgroup, nowMs: number): Record<string, unknown> {
    refuseOtherMembers(call, ['namespaceName', 'startTime', 'endTime', 'maxResults', 'nextToken']);
    const { startTime, endTime, maxResults, nextToken } = call.input;
    const from = startTime instanceof Date ? startTime.getTime() : -Infinity;
    const to = endTime instanceof Date ? endTime.getTime() : Infinity;
    const found = this.recoveryPoints(workgroup, nowMs).filter(({ createdMs: at }) => at >= from && at <= to);
    const first = nextToken === undefined ? 0 : Number(nextToken);
    if (!Number.isInteger(first)) throw new AwsError('InvalidPaginationException', 'The token is not valid.');
    const size = typeof maxResults === 'number' ? maxResults : DEFAULT_PAGE;
    const next = first + size;
    return {
      recoveryPoints: found.slice(first, next).map(({ id, createdMs }) => ({
        recoveryPointId: id,
        recoveryPointCreateTime: new Date(createdMs),
        totalSizeInMegaBytes: 1_024,
        namespaceName: workgroup.namespaceName,
        workgroupName: workgroup.name,
      })),
      ...(next < found.length ? { nextToken: String(next) } : {}),
    };
  }

  /** Source: Redshift Serverless API Reference, CreateSnapshot */
  createSnapshot(call: ServiceCall, nowMs: number): Record<string, unknown> {
    refuseOtherMembers(call, ['namespaceName', 'snapshotName', 'retentionPeriod']);
    const { region, caller, input } = call;
    const name = text(call, 'snapshotName');
    if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || name.length > 235) {
      throw new AwsError('ValidationException', `The snapshot name ${name} is not valid.`);
    }
    if (this.find(region, name) !== undefined) {
      throw new AwsError('ConflictException', `A snapshot with the name ${name} exists already.`);
    }
    const snapshot: NamespaceSnapshot = {
      region,
      name,
      arn: regionalArn(
        'redshift-serverless',
        region,
        caller.accountId,
        `snapshot/${deterministicUuid(`${region}/${name}`)}`,
      ),
      namespaceName: text(call, 'namespaceName'),
      createdMs: nowMs,
      retentionDays: typeof input['retentionPeriod'] === 'number' ? input['retentionPeriod'] : FOR_EVER,
    };
    this.snapshots.push(snapshot);
    return { snapshot: shown(snapshot, nowMs) };
  }

  /** Source: Redshift Serverless API Reference, GetSnapshot */
  getSnapshot(call: ServiceCall, nowMs: number): Record<string, unknown> {
    refuseOtherMembers(call, ['snapshotName']);
    const name = text(call, 'snapshotName');
    const snapshot = this.find(call.region, name);
    if (snapshot !== undefined) return { snapshot: shown(snapshot, nowMs) };
    throw new AwsError('ResourceNotFoundException', `The snapshot ${name} does not exist.`, 400, {
      resourceName: name,
    });
  }

  private find(region: string, name: string): NamespaceSnapshot | undefined {
    return this.snapshots.find((snapshot) => snapshot.region === region && snapshot.name === name);
  }
}

function statusOf({ createdMs }: NamespaceSnapshot, nowMs: number): 'CREATING' | 'AVAILABLE' {
  return nowMs - createdMs < SNAPSHOT_TAKES_MS ? 'CREATING' : 'AVAILABLE';
}

function shown(snapshot: NamespaceSnapshot, nowMs: number): Record<string, unknown> {
  return {
    snapshotName: snapshot.name,
    snapshotArn: snapshot.arn,
    namespaceName: snapshot.namespaceName,
    snapshotCreateTime: new Date(snapshot.createdMs),
    snapshotRetentionPeriod: snapshot.retentionDays,
    status: statusOf(snapshot, nowMs),
  };
}
