import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** Where Map Runs write what their children answered; the judges read the children themselves. */
export const RESULTS_PREFIX = 'results';

/** Plans, results of Map Runs, and reports. Plans and reports stay; results are only for looking into a failure. */
export class PlanBucket extends Bucket {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        // A Map Run can be redriven for 14 days; three months leave time to look into what happened.
        { id: 'old-results', prefix: `${RESULTS_PREFIX}/`, expiration: Duration.days(90) },
        { id: 'old-versions', noncurrentVersionExpiration: Duration.days(90) },
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ],
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Written by this stack alone and holding no customer data; CloudTrail data events tell who reads it.',
    });
  }
}
