import { listBucketArn } from '../iam/actions/s3';
import type { Iam } from '../iam/iam';
import { text } from '../input';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';
import type { Bucket, Buckets, StoredObject } from './buckets';
import { listObjects } from './list-objects';

/** What SDKs add to requests on their own; a loopback connection needs no checksums. */
const ADDED_BY_SDK = ['ChecksumAlgorithm', 'ChecksumCRC32', 'ChecksumMode', 'ContentLength', 'ContentMD5'];

/**
 * Amazon S3 as far as the product uses it: whole objects, conditional reads and writes, listing.
 * Unversioned buckets, path-style addresses.
 */
export class S3 implements SimulatedService {
  readonly signingName = 's3';

  constructor(
    private readonly buckets: Buckets,
    private readonly iam: Iam,
  ) {}

  async handle(call: ServiceCall): Promise<Record<string, unknown>> {
    const bucket = this.bucketOf(call);
    switch (call.operation) {
      case 'GetObject': {
        refuseOtherMembers(call, ['Bucket', 'Key', 'IfMatch', 'IfNoneMatch', ...ADDED_BY_SDK]);
        const object = await this.objectOf(call, bucket);
        return { ...describe(object), AcceptRanges: 'bytes', Body: object.body };
      }
      case 'HeadObject':
        refuseOtherMembers(call, ['Bucket', 'Key', 'IfMatch', 'IfNoneMatch', ...ADDED_BY_SDK]);
        return { ...describe(await this.objectOf(call, bucket)), AcceptRanges: 'bytes' };
      case 'PutObject':
        return this.putObject(call, bucket);
      case 'DeleteObject':
        refuseOtherMembers(call, ['Bucket', 'Key']);
        // Deleting what is not there succeeds. Source: S3 API Reference, DeleteObject.
        bucket.objects.delete(keyOf(call));
        return {};
      case 'ListObjectsV2':
        return listObjects(call, this.buckets, bucket);
      case 'HeadBucket':
        refuseOtherMembers(call, ['Bucket']);
        return { BucketRegion: bucket.region };
      default:
        throw notSimulated(`s3:${call.operation}`);
    }
  }

  private bucketOf(call: ServiceCall): Bucket {
    const name = text(call, 'Bucket');
    const bucket = this.buckets.find(name);
    if (bucket === undefined) {
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
    }
    if (bucket.region !== call.region) {
      throw new AwsError(
        'PermanentRedirect',
        'The bucket you are attempting to access must be addressed using the specified endpoint. ' +
          'Please send all future requests to this endpoint.',
        301,
        { Bucket: name, Endpoint: `${name}.s3.${bucket.region}.amazonaws.com` },
      );
    }
    return bucket;
  }

  /** @throws AwsError NoSuchKey, or AccessDenied for who may not list; PreconditionFailed; NotModified */
  private async objectOf(call: ServiceCall, bucket: Bucket): Promise<StoredObject> {
    const object = bucket.objects.get(keyOf(call));
    if (object === undefined) throw await this.missing(call, bucket);
    const { IfMatch, IfNoneMatch } = call.input;
    if (IfMatch !== undefined && !sameTag(IfMatch, object.etag)) throw preconditionFailed('If-Match');
    if (IfNoneMatch !== undefined && sameTag(IfNoneMatch, object.etag)) {
      throw new AwsError('NotModified', 'Not Modified', 304);
    }
    return object;
  }

  private putObject(call: ServiceCall, bucket: Bucket): Record<string, unknown> {
    const { IfMatch, IfNoneMatch, Body, ContentType, Metadata } = call.input;
    const written = ['Body', 'ContentType', 'Metadata'];
    refuseOtherMembers(call, ['Bucket', 'Key', 'IfMatch', 'IfNoneMatch', ...written, ...ADDED_BY_SDK]);
    const current = bucket.objects.get(keyOf(call));
    if (IfNoneMatch !== undefined) {
      // Source: S3 User Guide, "Add preconditions to S3 operations with conditional requests".
      if (IfNoneMatch !== '*') {
        throw new AwsError(
          'NotImplemented',
          'A header you provided implies functionality that is not implemented',
          501,
        );
      }
      if (current !== undefined) throw preconditionFailed('If-None-Match');
    }
    if (IfMatch !== undefined) {
      if (current === undefined) throw noSuchKey(call);
      if (!sameTag(IfMatch, current.etag)) throw preconditionFailed('If-Match');
    }
    const stored = this.buckets.putObject(bucket.name, keyOf(call), (Body ?? '') as Uint8Array | string, {
      ...(ContentType === undefined ? {} : { contentType: text(call, 'ContentType') }),
      ...(Metadata === undefined ? {} : { metadata: Metadata as Record<string, string> }),
    });
    return { ETag: stored.etag };
  }

  /** Who may not list a bucket is not told whether a key exists. Source: S3 API Reference, GetObject, "Permissions". */
  private async missing(call: ServiceCall, bucket: Bucket): Promise<AwsError> {
    const { roleArn, sessionName } = call.caller;
    const resource = listBucketArn(call.region, bucket.name);
    const decision = await this.iam.authorize({
      roleArn,
      sessionName,
      action: 's3:ListBucket',
      resource,
      region: call.region,
    });
    return decision.allowed ? noSuchKey(call) : new AwsError('AccessDenied', decision.message, 403);
  }
}

function describe(object: StoredObject): Record<string, unknown> {
  return {
    ContentLength: object.body.length,
    ContentType: object.contentType,
    ETag: object.etag,
    LastModified: new Date(object.lastModifiedMs),
    Metadata: object.metadata,
  };
}

function keyOf(call: ServiceCall): string {
  return text(call, 'Key');
}

/** Callers send the tag with or without its quotes; S3 takes both. */
function sameTag(given: unknown, etag: string): boolean {
  return given === '*' || String(given).replaceAll('"', '') === etag.replaceAll('"', '');
}

function preconditionFailed(condition: string): AwsError {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new AwsError('PreconditionFailed', message, 412, { Condition: condition });
}

function noSuchKey(call: ServiceCall): AwsError {
  return new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: keyOf(call) });
}
