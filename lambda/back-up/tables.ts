import { CreateBackupCommand, ListBackupsCommand, type BackupSummary } from '@aws-sdk/client-dynamodb';
import { dynamoDb } from '../shared/clients';
import { looking, making, type Backup } from './backup';
import { tableBackupName } from './names';

/** Another backup, restore or change of the table, or of fifty tables at once. Source: DynamoDB API Reference, CreateBackup */
const PASSING = [
  'BackupInUseException',
  'TableInUseException',
  'LimitExceededException',
  'ContinuousBackupsUnavailableException',
];

/** The backup of a table that this root made, if it did. */
export async function tableBackup(region: string, tableName: string, rootId: string): Promise<Backup> {
  const what = `table ${tableName}`;
  const name = tableBackupName(rootId);
  const found = await looking(what, () => findBackup(region, tableName, name));
  return {
    what,
    state: stateOf(found),
    make: () =>
      making(what, PASSING, () =>
        dynamoDb(region).send(new CreateBackupCommand({ TableName: tableName, BackupName: name })),
      ),
  };
}

function stateOf(found: BackupSummary | undefined): Backup['state'] {
  if (found?.BackupArn === undefined) return { is: 'missing' };
  if (found.BackupStatus !== 'AVAILABLE') return { is: 'under way' };
  return { is: 'there', id: found.BackupArn, kind: 'backup' };
}

/** One that was made first counts, should a lost answer have led to two. */
async function findBackup(region: string, tableName: string, name: string): Promise<BackupSummary | undefined> {
  let after: string | undefined;
  do {
    const page = await dynamoDb(region).send(
      new ListBackupsCommand({
        TableName: tableName,
        BackupType: 'USER',
        ...(after === undefined ? {} : { ExclusiveStartBackupArn: after }),
      }),
    );
    const found = page.BackupSummaries?.find(
      ({ BackupName: backupName, BackupStatus: status }) => backupName === name && status !== 'DELETED',
    );
    if (found !== undefined) return found;
    after = page.LastEvaluatedBackupArn;
  } while (after !== undefined);
  return undefined;
}
