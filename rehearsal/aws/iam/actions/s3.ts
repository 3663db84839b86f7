import { text } from '../../input';
import { partitionOf } from '../../arns';
import type { ServiceCall } from '../../service';
import { type ActionRule, type ActionTable } from './action';

/** Source: Service Authorization Reference, "Amazon S3"; S3 User Guide, "Required permissions for Amazon S3 API operations". */
export const s3Actions: ActionTable = {
  GetObject: object('s3:GetObject', 's3:GetObjectVersion'),
  HeadObject: object('s3:GetObject', 's3:GetObjectVersion'),
  PutObject: object('s3:PutObject', 's3:PutObject'),
  DeleteObject: object('s3:DeleteObject', 's3:DeleteObjectVersion'),
  HeadBucket: (call) => [{ action: 's3:ListBucket', resource: bucketArn(call) }],
  ListObjectsV2: (call) => [
    { action: 's3:ListBucket', resource: bucketArn(call), context: { 's3:prefix': text(call, 'Prefix') } },
  ],
};

/** What a caller needs to be told that an object is not there, instead of "access denied". */
export function listBucketArn(region: string, bucket: string): string {
  return `arn:${partitionOf(region)}:s3:::${bucket}`;
}

function object(action: string, versionAction: string): ActionRule {
  return (call) => [
    {
      action: text(call, 'VersionId') === '' ? action : versionAction,
      resource: `${bucketArn(call)}/${text(call, 'Key')}`,
    },
  ];
}

function bucketArn(call: ServiceCall): string {
  return listBucketArn(call.region, text(call, 'Bucket'));
}
