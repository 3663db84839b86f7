import { text } from '../input';
import { refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall } from '../service';
import type { Bucket, Buckets } from './buckets';

const MOST_KEYS = 1000;

/**
 * ListObjectsV2: prefix, delimiter, pages. A page counts objects and common prefixes together.
 * Source: S3 API Reference, ListObjectsV2.
 */
export function listObjects(call: ServiceCall, buckets: Buckets, bucket: Bucket): Record<string, unknown> {
  refuseOtherMembers(call, ['Bucket', 'Prefix', 'Delimiter', 'MaxKeys', 'ContinuationToken', 'StartAfter']);
  const prefix = text(call, 'Prefix');
  const delimiter = text(call, 'Delimiter');
  const limit = Math.min(Number(call.input['MaxKeys'] ?? MOST_KEYS), MOST_KEYS);
  const token = text(call, 'ContinuationToken');
  const after = token === '' ? text(call, 'StartAfter') : decodeToken(token);

  const contents: Record<string, unknown>[] = [];
  const commonPrefixes = new Set<string>();
  let last = after;
  let truncated = false;
  for (const key of buckets.keys(bucket.name, prefix)) {
    const group = commonPrefix(key, prefix, delimiter);
    const entry = group ?? key;
    if (Buffer.compare(Buffer.from(entry), Buffer.from(after)) <= 0 || commonPrefixes.has(entry)) continue;
    if (contents.length + commonPrefixes.size >= limit) {
      truncated = true;
      break;
    }
    last = entry;
    const object = bucket.objects.get(key);
    if (group !== undefined) commonPrefixes.add(group);
    else if (object !== undefined) {
      contents.push({
        Key: key,
        LastModified: new Date(object.lastModifiedMs),
        ETag: object.etag,
        Size: object.body.length,
        StorageClass: 'STANDARD',
      });
    }
  }
  return {
    Name: bucket.name,
    Prefix: prefix,
    ...(delimiter === '' ? {} : { Delimiter: delimiter }),
    MaxKeys: limit,
    KeyCount: contents.length + commonPrefixes.size,
    IsTruncated: truncated,
    ...(contents.length === 0 ? {} : { Contents: contents }),
    ...(commonPrefixes.size === 0 ? {} : { CommonPrefixes: [...commonPrefixes].map((Prefix) => ({ Prefix })) }),
    ...(truncated ? { NextContinuationToken: Buffer.from(last).toString('base64') } : {}),
  };
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end === -1 ? undefined : key.slice(0, end + delimiter.length);
}

function decodeToken(token: string): string {
  const decoded = Buffer.from(token, 'base64').toString();
  if (Buffer.from(decoded).toString('base64') !== token) {
    throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
  }
  return decoded;
}
