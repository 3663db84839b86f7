import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { machineName } from './names';

/**
 * Where people are told: encrypted at rest under a key of its own, because alarms cannot publish under the one of AWS, and in
 * transit. Source: Amazon CloudWatch User Guide, Notify_Users_Alarm_Changes; Amazon SNS Developer Guide, sns-key-management
 */
export class Notifications extends Construct {
  readonly topic: Topic;
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: `Notifications of ${machineName(this)}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.topic = new Topic(this, 'Topic', {
      topicName: `${machineName(this)}-notifications`,
      displayName: 'Clickstream upgrade',
      masterKey: this.key,
      enforceSSL: true,
    });
    const alarms = {
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    };
    this.key.addToResourcePolicy(
      new PolicyStatement({ ...alarms, actions: ['kms:GenerateDataKey*', 'kms:Decrypt'], resources: ['*'] }),
    );
    // A policy of its own takes the place of the one that lets the account publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({ ...alarms, actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
  }
}
