import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { NOT_SIMULATED } from '../../../../rehearsal/aws/not-simulated';
import { Buckets } from '../../../../rehearsal/aws/s3/buckets';
import { S3 } from '../../../../rehearsal/aws/s3/s3';
import { Account, allow, REGION, START_MS } from '../door-harness';

let account: Account;
let buckets: Buckets;
let client: S3Client;

async function open(policy = allow('*')): Promise<void> {
  account = new Account(policy);
  buckets = new Buckets(account.clock);
  buckets.create('plans', REGION);
  await account.open(new S3(buckets, account.iam));
  client = account.client(S3Client);
}

beforeEach(() => open());
afterEach(() => account.close());

const Bucket = 'plans';
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

test('an object is stored and read back whole, by whatever characters its key has', async () => {
  const Key = 'plans/a b+c%2F é/✓.json';
  const put = await client.send(
    new PutObjectCommand({ Bucket, Key, Body: '{"ü":1}', ContentType: 'application/json', Metadata: { hash: 'h1' } }),
  );
  const got = await client.send(new GetObjectCommand({ Bucket, Key }));
  const head = await client.send(new HeadObjectCommand({ Bucket, Key }));

  expect(await got.Body?.transformToString()).toBe('{"ü":1}');
  expect(got).toMatchObject({ ContentType: 'application/json', ETag: put.ETag, Metadata: { hash: 'h1' } });
  expect(head).toMatchObject({ ContentLength: 8, LastModified: new Date(START_MS) });
  expect(buckets.readObject(Bucket, Key)?.toString()).toBe('{"ü":1}');
});

test('bytes, streams, megabytes and nothing at all are stored as sent', async () => {
  const megabytes = Buffer.alloc(3_000_000, 'xyz');
  const bodies: Record<string, Uint8Array> = { bytes: new Uint8Array([0, 255]), megabytes, empty: new Uint8Array() };
  for (const [Key, Body] of Object.entries(bodies)) await client.send(new PutObjectCommand({ Bucket, Key, Body }));
  const Body = Readable.from([Buffer.from('one\r\n'), Buffer.from('two')]);
  await client.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: 8 }));

  for (const [Key, sent] of Object.entries(bodies)) {
    expect(Buffer.from(sent).equals(buckets.readObject(Bucket, Key) ?? Buffer.from('missing'))).toBe(true);
  }
  expect(buckets.readObject(Bucket, 'stream')?.toString()).toBe('one\r\ntwo');
  const got = await client.send(new GetObjectCommand({ Bucket, Key: 'empty' }));
  expect(await got.Body?.transformToString()).toBe('');
});

test('If-None-Match keeps what is there, If-Match keeps what has changed', async () => {
  const first = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '1', IfNoneMatch: '*' }));
  const again = await failure(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '2', IfNoneMatch: '*' })));
  expect(again).toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });

  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '2', IfMatch: first.ETag }));
  const stale = await failure(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '3', IfMatch: first.ETag })));
  expect(stale).toMatchObject({ name: 'PreconditionFailed' });
  expect(buckets.readObject(Bucket, 'k')?.toString()).toBe('2');

  const absent = await failure(
    client.send(new PutObjectCommand({ Bucket, Key: 'no', Body: '3', IfMatch: first.ETag })),
  );
  expect(absent).toMatchObject({ name: 'NoSuchKey' });
  const read = await failure(client.send(new GetObjectCommand({ Bucket, Key: 'k', IfMatch: first.ETag })));
  expect(read).toMatchObject({ name: 'PreconditionFailed' });
});

test('missing keys and buckets are the typed errors of the SDK; a HEAD says NotFound', async () => {
  expect(await failure(client.send(new GetObjectCommand({ Bucket, Key: 'no' })))).toBeInstanceOf(NoSuchKey);
  const noBucket = await failure(client.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'k' })));
  expect(noBucket).toBeInstanceOf(NoSuchBucket);
  const head = await failure(client.send(new HeadObjectCommand({ Bucket, Key: 'no' })));
  expect(head).toMatchObject({ name: 'NotFound' });
});

test('who may not list a bucket is not told that a key is missing', async () => {
  await account.close();
  await open(allow('s3:GetObject'));
  const error = await failure(client.send(new GetObjectCommand({ Bucket, Key: 'no' })));
  expect(error).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  expect((error as Error).message).toContain('because no identity-based policy allows the s3:ListBucket action');
});

test('a bucket of another region sends its callers there', async () => {
  buckets.create('elsewhere', 'us-east-2');
  const error = await failure(client.send(new GetObjectCommand({ Bucket: 'elsewhere', Key: 'k' })));
  expect(error).toMatchObject({ name: 'PermanentRedirect', $metadata: { httpStatusCode: 301 } });
});

test('listing follows prefix, delimiter and pages', async () => {
  for (const key of ['a/1', 'a/2', 'a/b/3', 'a/b/4', 'a/c&d/5', 'z']) buckets.putObject(Bucket, key, key);
  const all = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'a/' }));
  expect(all.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2', 'a/b/3', 'a/b/4', 'a/c&d/5']);
  expect(all).toMatchObject({ IsTruncated: false, KeyCount: 5 });

  const folders = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'a/', Delimiter: '/' }));
  expect(folders.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2']);
  expect(folders.CommonPrefixes).toEqual([{ Prefix: 'a/b/' }, { Prefix: 'a/c&d/' }]);

  const pages: (string | undefined)[][] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 4, ContinuationToken }));
    pages.push((page.Contents ?? []).map(({ Key }) => Key));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  expect(pages).toEqual([
    ['a/1', 'a/2', 'a/b/3', 'a/b/4'],
    ['a/c&d/5', 'z'],
  ]);
  expect((await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'none' }))).Contents).toBeUndefined();
});

test('deleting succeeds, whether the object was there or not', async () => {
  buckets.putObject(Bucket, 'k', 'x');
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
  expect(buckets.keys(Bucket)).toEqual([]);
  await expect(client.send(new HeadBucketCommand({ Bucket }))).resolves.toMatchObject({ BucketRegion: REGION });
});

test('what is not simulated is refused instead of ignored', async () => {
  buckets.putObject(Bucket, 'k', 'x');
  const range = await failure(client.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=0-1' })));
  expect(range).toMatchObject({ name: NOT_SIMULATED });
  expect((range as Error).message).toContain('s3:GetObject with Range');
  expect(await failure(client.send(new ListBucketsCommand({})))).toMatchObject({ name: NOT_SIMULATED });
});
