import type { Buckets } from '../../aws/s3/buckets';

/** Where an entry of a list may lie: what the role of the workflow's step reads. */
export interface ListFolder {
  bucket: string;
  prefix: string;
}

/** Entry by entry into objects of their own. @returns their addresses, as the execution's input has them */
export function putList(
  buckets: Buckets,
  { bucket, prefix }: ListFolder,
  list: { projectId: string; appId: string; stamp: string },
  statements: readonly string[],
): string[] {
  const { projectId, appId, stamp } = list;
  return statements.map((sql, index) => {
    const key = `${folderOf(prefix, projectId)}${appId}-${stamp}/${String(index)}.sql`;
    buckets.putObject(bucket, key, sql, { contentType: 'text/plain' });
    return `s3://${bucket}/${key}`;
  });
}

/** An entry that is no address is the SQL itself. @throws as the step's Lambda function fails when S3 refuses it */
export function readEntry(buckets: Buckets, folder: ListFolder, entry: string): string {
  if (!entry.startsWith('s3://')) return entry;
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]*)\/?(.*)$/s.exec(entry) ?? [];
  if (buckets.find(bucket) === undefined) throw refused('NoSuchBucket', 'The specified bucket does not exist');
  // The role may list the bucket, so S3 tells that a key is not there; it may read below its prefix only.
  if (bucket !== folder.bucket || !key.startsWith(folder.prefix)) throw refused('AccessDenied', 'Access Denied');
  const body = buckets.readObject(bucket, key);
  if (body === undefined) throw refused('NoSuchKey', 'The specified key does not exist.');
  return body.toString();
}

/** Deletes every list of a project, as a lifecycle rule of its bucket does. @returns how many objects there were */
export function deleteLists(buckets: Buckets, { bucket, prefix }: ListFolder, projectId: string): number {
  const keys = buckets.keys(bucket, folderOf(prefix, projectId));
  for (const key of keys) buckets.find(bucket)?.objects.delete(key);
  return keys.length;
}

function folderOf(prefix: string, projectId: string): string {
  return `${prefix}tmp/${projectId}/sqls/`;
}

/** An error that a Lambda function throws, as Step Functions shows it. Source: Step Functions Developer Guide, concepts-error-handling */
function refused(errorType: string, errorMessage: string): Error {
  return Object.assign(new Error(errorMessage), {
    error: errorType,
    cause: JSON.stringify({ errorType, errorMessage, trace: [] }),
  });
}
