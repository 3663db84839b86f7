import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueue } from '../dead-letter-queue';

/** Events that could not be delivered or handled, and an alarm that tells of the first one. */
export class DeadLetters extends Construct {
  readonly queue: IQueue;
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const queue = deadLetterQueue(this, 'Queue');
    this.alarm = new Alarm(this, 'Alarm', {
      alarmDescription:
        'An event that starts upgrades was not delivered or not handled. Look at the message in the queue, resolve its ' +
        'reason, and start the execution by hand: docs/runbook.md, "Events that were not handled".',
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.queue = queue;
  }
}
