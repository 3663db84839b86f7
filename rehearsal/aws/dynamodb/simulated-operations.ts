import { types as batchGetItem } from 'dynalite/validations/batchGetItem';
import { types as batchWriteItem } from 'dynalite/validations/batchWriteItem';
import { types as deleteItem } from 'dynalite/validations/deleteItem';
import { types as describeTable } from 'dynalite/validations/describeTable';
import { types as getItem } from 'dynalite/validations/getItem';
import { types as listTables } from 'dynalite/validations/listTables';
import { types as putItem } from 'dynalite/validations/putItem';
import { types as query } from 'dynalite/validations/query';
import { types as scan } from 'dynalite/validations/scan';
import { types as updateItem } from 'dynalite/validations/updateItem';

/** Emulated by `returnOldOnFailure`, not by dynalite. */
const OURS = ['ReturnValuesOnConditionCheckFailure'];

/** The operations that are let through, each with the members that something here understands. */
export const SIMULATED_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  BatchGetItem: Object.keys(batchGetItem),
  BatchWriteItem: Object.keys(batchWriteItem),
  DeleteItem: [...Object.keys(deleteItem), ...OURS],
  DescribeTable: Object.keys(describeTable),
  GetItem: Object.keys(getItem),
  ListTables: Object.keys(listTables),
  PutItem: [...Object.keys(putItem), ...OURS],
  Query: Object.keys(query),
  Scan: Object.keys(scan),
  UpdateItem: [...Object.keys(updateItem), ...OURS],
};

/** Operations that dynalite does not know: `TableBackups` answers them, and looks at their members itself. */
const BACKUP_OPERATIONS = ['CreateBackup', 'DescribeBackup', 'ListBackups'] as const;
export type BackupOperation = (typeof BACKUP_OPERATIONS)[number];

export function isBackupOperation(operation: string): operation is BackupOperation {
  return BACKUP_OPERATIONS.some((known) => known === operation);
}
