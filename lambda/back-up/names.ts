import { createHash } from 'node:crypto';

const PREFIX = 'clickstream-upgrade';
const LONGEST_PART = 24;

/**
 * Name of a table's backup for a root execution: it is found again by it. Backups of several tables may share a name; it has
 * 3 to 255 letters, digits, `_`, `-` and `.`. Source: DynamoDB API Reference, CreateBackup
 */
export function tableBackupName(rootId: string): string {
  return `${PREFIX}-${rootName(rootId).replaceAll(/[^\w.-]/g, '-')}-${digest(rootId)}`;
}

/**
 * Identifier of a warehouse's snapshot for a root execution. Unique over all snapshots of an account in a region, so the
 * warehouse is part of it; lower-case letters, digits and single hyphens.
 * Source: Redshift API Reference and Redshift Serverless API Reference, CreateClusterSnapshot and CreateSnapshot
 */
export function snapshotName(warehouseName: string, rootId: string): string {
  const parts = [warehouseName, rootName(rootId)].map(slug).filter((part) => part !== '');
  return [PREFIX, ...parts, digest(`${warehouseName}\n${rootId}`)].join('-');
}

function rootName(rootId: string): string {
  return rootId.slice(rootId.lastIndexOf(':') + 1);
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_PART)
    .replaceAll(/^-|-$/g, '');
}

/** Names are shortened and cleaned; this keeps them apart. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
