import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { isAwsError } from '../shared/aws-errors';
import { guarded } from '../shared/guard/guard';
import { perRegion } from '../shared/per-region';
import type { ListEntry, RepairedEntry } from './repaired-list';

/** Input of the solution's schema workflow. Source: awslabs/clickstream-analytics-on-aws, create-schemas.ts */
const workflowInput = z.looseObject({ sqls: z.array(z.string()).min(1) });

const s3 = perRegion((region) => guarded(new S3Client({ region })));

/** Objects that are read at once. */
const AT_ONCE = 10;

/** The list of an execution, with what its entries say; `missing`: entries whose objects are not there any more. */
export async function readList(region: string, input: string): Promise<{ list: ListEntry[]; missing: string[] }> {
  const { sqls } = workflowInput.parse(JSON.parse(input));
  const list: ListEntry[] = [];
  const missing: string[] = [];
  for (let first = 0; first < sqls.length; first += AT_ONCE) {
    const some = sqls.slice(first, first + AT_ONCE);
    const texts = await Promise.all(some.map((entry) => textOf(region, entry)));
    for (const [index, entry] of some.entries()) {
      const text = texts[index];
      if (text === undefined) missing.push(entry);
      else list.push({ entry, text });
    }
  }
  return { list, missing };
}

/**
 * Writes what is new beside the solution's own objects, where alone the workflow may read, and gives the input of the repaired
 * run. The first entry stays the solution's: by its place the web console knows the app.
 * Source: awslabs/clickstream-analytics-on-aws, sql-execution-workflow.ts, api/model/pipeline.ts
 *
 * @param count tells the objects of one repair from those of the next
 */
export async function writeList(
  region: string,
  entries: readonly RepairedEntry[],
  { input, count }: { input: string; count: number },
): Promise<string> {
  const given = workflowInput.parse(JSON.parse(input));
  const folder = folderOf(given.sqls);
  const written: string[] = [];
  for (const [index, entry] of entries.entries()) {
    if ('keep' in entry) {
      written.push(entry.keep);
      continue;
    }
    const place = `${folder}/${String(index)}-lambda-${String(count)}.sql`;
    const { bucket: Bucket, key: Key } = placeOf(place) ?? { bucket: '', key: '' };
    await s3(region).send(new PutObjectCommand({ Bucket, Key, Body: entry.write, ContentType: 'application/sql' }));
    written.push(place);
  }
  return JSON.stringify({ ...given, sqls: written });
}

async function textOf(region: string, entry: string): Promise<string | undefined> {
  const place = placeOf(entry);
  // An entry that is no place in S3 is the statement itself. Source: same, sql-execution-step lambda
  if (place === undefined) return entry;
  try {
    const { Body: body } = await s3(region).send(new GetObjectCommand({ Bucket: place.bucket, Key: place.key }));
    return (await body?.transformToString()) ?? '';
  } catch (error) {
    // Who may not list a bucket is told that access is denied where an object is missing. Source: S3 API, GetObject
    if (isAwsError(error, 'NoSuchKey', 'AccessDenied')) return undefined;
    throw error;
  }
}

function placeOf(entry: string): { bucket: string; key: string } | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(entry) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

function folderOf(sqls: readonly string[]): string {
  const first = sqls.find((entry) => placeOf(entry) !== undefined);
  if (first === undefined) throw new Error('None of the statements lies in S3');
  return first.slice(0, first.lastIndexOf('/'));
}
