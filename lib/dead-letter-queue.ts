import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** Where events go that a rule could not deliver, for as long as SQS keeps messages at most: somebody has to look. */
export function deadLetterQueue(scope: Construct, id: string, queueName?: string): Queue {
  const queue = new Queue(scope, id, {
    ...(queueName === undefined ? {} : { queueName }),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is a dead-letter queue itself.' });
  return queue;
}
