import { createHash } from 'node:crypto';
import type { VirtualClock } from '../../clock';

export interface StoredObject {
  key: string;
  body: Buffer;
  /** In double quotes, as S3 shows it. */
  etag: string;
  /** Virtual time, epoch milliseconds. */
  lastModifiedMs: number;
  contentType: string;
  metadata: Record<string, string>;
}

export interface Bucket {
  name: string;
  region: string;
  objects: Map<string, StoredObject>;
}

/** All buckets of the account, in memory. Used in-process by scenarios and by the simulated S3 service. */
export class Buckets {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly clock: VirtualClock) {}

  /** @throws Error when there is one of that name */
  create(name: string, region: string): void {
    if (this.buckets.has(name)) throw new Error(`There is a bucket ${name} already`);
    this.buckets.set(name, { name, region, objects: new Map() });
  }

  find(name: string): Bucket | undefined {
    return this.buckets.get(name);
  }

  /** Stores an object as a whole; readers see the old one or the new one. @throws Error without such a bucket */
  putObject(
    bucket: string,
    key: string,
    body: string | Uint8Array,
    {
      contentType = 'application/octet-stream',
      metadata = {},
    }: { contentType?: string; metadata?: Record<string, string> } = {},
  ): StoredObject {
    const bytes = Buffer.from(body);
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    const object = { key, body: bytes, etag, lastModifiedMs: this.clock.now(), contentType, metadata };
    this.existing(bucket).objects.set(key, object);
    return object;
  }

  /** The object's bytes, or undefined. @throws Error without such a bucket */
  readObject(bucket: string, key: string): Buffer | undefined {
    return this.existing(bucket).objects.get(key)?.body;
  }

  /** Keys with the prefix, in S3's order: by their UTF-8 bytes. @throws Error without such a bucket */
  keys(bucket: string, prefix = ''): string[] {
    return [...this.existing(bucket).objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  private existing(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw new Error(`There is no bucket ${name}`);
    return bucket;
  }
}
