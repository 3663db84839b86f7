import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { DEFAULT_OPTIONS, type DeploymentOptions } from './deployment-options';
import { GuardianRule } from './guardian-rule';
import { Monitoring } from './monitoring';
import { Notifications } from './notifications';
import { PlanBucket } from './plan-bucket';
import { StateTable } from './state-table';
import { Trigger } from './trigger/trigger';
import { UpgradeSteps } from './upgrade-steps';
import { GuardianMachine } from './workflow/guardian-machine';
import { UpgradeMachine } from './workflow/upgrade-machine';

export interface UpgradeStackProps extends StackProps {
  /** Those left out are {@link DEFAULT_OPTIONS}'. */
  options?: Partial<DeploymentOptions>;
}

/** Everything that is deployed: the machine, its steps, their memory and their files. In the web console's region. */
export class UpgradeStack extends Stack {
  readonly machine: UpgradeMachine;

  constructor(scope: Construct, id: string, props: UpgradeStackProps = {}) {
    super(scope, id, props);
    // CDK's classes do not fit its interfaces under exactOptionalPropertyTypes; only the types differ.
    const table = new StateTable(this, 'StateTable') as ITable;
    const bucket = new PlanBucket(this, 'PlanBucket') as IBucket;
    const options = { ...DEFAULT_OPTIONS, ...props.options };
    const { topic, key } = new Notifications(this, 'Notifications');
    const notifications = { topicArn: topic.topicArn, keyArn: key.keyArn };
    const steps = new UpgradeSteps(this, 'Steps', { table, bucket, options, notifications });
    this.machine = new UpgradeMachine(this, 'Machine', { steps, bucket });
    const guardian = new GuardianMachine(this, 'Guardian', { steps, bucket });
    const { deadLetters } = new GuardianRule(this, 'GuardianRule', { guardian });
    new Monitoring(this, 'Monitoring', { machine: this.machine, guardian, deadLetters, steps, topic });
    if (options.trigger !== undefined) {
      const { trigger, pipelineRegions } = options;
      const { deadLetters: unhandled } = new Trigger(this, 'Trigger', {
        table,
        bucket,
        options: trigger,
        pipelineRegions,
      });
      unhandled.alarm.addAlarmAction(new SnsAction(topic));
    }
    new CfnOutput(this, 'StateMachineArn', {
      value: this.machine.stateMachine.stateMachineArn,
      description: 'Start an execution of it to plan or to upgrade',
    });
    new CfnOutput(this, 'PlanBucketName', { value: bucket.bucketName, description: 'Plans, results and reports' });
    new CfnOutput(this, 'NotificationTopicArn', {
      value: topic.topicArn,
      description: 'Subscribe to it, or connect a chat to it, to be told how upgrades end',
    });
    new CfnOutput(this, 'StateTableName', { value: table.tableName, description: 'Journal and verdicts' });
  }
}
