import type { VirtualClock } from '../../clock';
import { regionalArn } from '../arns';
import { text } from '../input';
import { refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall } from '../service';

/** An on-demand backup of a table. */
export interface TableBackup {
  region: string;
  arn: string;
  name: string;
  tableName: string;
  tableId: string;
  tableArn: string;
  createdMs: number;
  status: 'CREATING' | 'AVAILABLE';
}

/** What a backup keeps of its table: members of DescribeTable's answer. */
export type SourceTable = Record<string, unknown>;

/** Backups take seconds to minutes, whatever the size. Source: DynamoDB Developer Guide, "Backup and restore: how it works" */
const TAKES_MS = 40_000;
const DEFAULT_PAGE = 100;

/**
 * On-demand backups, as `dynalite` does not have them.
 * Source: DynamoDB API Reference, CreateBackup, DescribeBackup, ListBackups
 */
export class TableBackups {
  private readonly backups: (TableBackup & { source: SourceTable })[] = [];

  constructor(private readonly clock: VirtualClock) {}

  /** Of a table, oldest first. */
  of(region: string, tableName: string): readonly TableBackup[] {
    return this.backups.filter((backup) => backup.region === region && backup.tableName === tableName);
  }

  /** @param source the table, undefined where there is none */
  create(call: ServiceCall, source: SourceTable | undefined): Record<string, unknown> {
    refuseOtherMembers(call, ['TableName', 'BackupName']);
    const { region, caller } = call;
    const tableName = tableNameOf(text(call, 'TableName'));
    const name = text(call, 'BackupName');
    if (source === undefined) throw new AwsError('TableNotFoundException', `Table not found: ${tableName}`);
    if (!/^[a-zA-Z0-9_.-]{3,255}$/.test(name)) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '${name}' at 'backupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
      );
    }
    if (this.of(region, tableName).some(({ status }) => status === 'CREATING')) {
      throw new AwsError(
        'BackupInUseException',
        'There is another ongoing conflicting backup control plane operation on the table.',
      );
    }
    const createdMs = this.clock.now();
    const tableArn = regionalArn('dynamodb', region, caller.accountId, `table/${tableName}`);
    const id = `${String(createdMs).padStart(14, '0')}-${(this.backups.length + 1).toString(16).padStart(8, '0')}`;
    const backup = {
      region,
      arn: `${tableArn}/backup/${id}`,
      name,
      tableName,
      tableId: typeof source['TableId'] === 'string' ? source['TableId'] : tableName,
      tableArn,
      createdMs,
      status: 'CREATING' as TableBackup['status'],
      source,
    };
    this.clock.at(createdMs + TAKES_MS, () => {
      backup.status = 'AVAILABLE';
    });
    this.backups.push(backup);
    return { BackupDetails: details(backup) };
  }

  describe(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['BackupArn']);
    const arn = text(call, 'BackupArn');
    const backup = this.backups.find((known) => known.arn === arn && known.region === call.region);
    if (backup === undefined) throw new AwsError('BackupNotFoundException', `Backup not found: ${arn}`);
    const { KeySchema, CreationDateTime } = backup.source;
    return {
      BackupDescription: {
        BackupDetails: details(backup),
        SourceTableDetails: {
          TableName: backup.tableName,
          TableId: backup.tableId,
          TableArn: backup.tableArn,
          KeySchema,
          TableCreationDateTime: CreationDateTime,
          ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
          BillingMode: 'PAY_PER_REQUEST',
        },
      },
    };
  }

  list(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['TableName', 'Limit', 'ExclusiveStartBackupArn', 'BackupType']);
    const { Limit: limit, ExclusiveStartBackupArn: after, BackupType: type = 'USER' } = call.input;
    if (type !== 'USER' && type !== 'ALL') return { BackupSummaries: [] };
    const tableName = tableNameOf(text(call, 'TableName'));
    const found = this.backups.filter(
      (backup) => backup.region === call.region && (tableName === '' || backup.tableName === tableName),
    );
    const first = after === undefined ? 0 : found.findIndex(({ arn }) => arn === after) + 1;
    const page = found.slice(first, first + (typeof limit === 'number' ? limit : DEFAULT_PAGE));
    const last = page.at(-1);
    return {
      BackupSummaries: page.map((backup) => ({
        TableName: backup.tableName,
        TableId: backup.tableId,
        TableArn: backup.tableArn,
        ...details(backup),
      })),
      ...(last === undefined || last === found.at(-1) ? {} : { LastEvaluatedBackupArn: last.arn }),
    };
  }
}

/** Times are seconds on the wire of JSON protocols. */
function details(backup: TableBackup): Record<string, unknown> {
  return {
    BackupArn: backup.arn,
    BackupName: backup.name,
    BackupStatus: backup.status,
    BackupType: 'USER',
    BackupSizeBytes: 0,
    BackupCreationDateTime: backup.createdMs / 1_000,
  };
}

/** A table may be named by its ARN as well. */
function tableNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1) : nameOrArn;
}
