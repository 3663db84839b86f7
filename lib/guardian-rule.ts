import { Duration, Validations } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { guardianName, machineArn } from './names';
import type { StandardMachine } from './workflow/standard-machine';

export interface GuardianRuleProps {
  guardian: StandardMachine;
}

/**
 * Starts a guardian for each end of a root execution that is not a success: one for each redrive, because EventBridge names the
 * execution by the event. A duplicate does no harm, it finds everything put back. Children of Map Runs belong to a machine of
 * another ARN (`…/label`), and the guardian's own executions to another machine.
 * Source: Step Functions Developer Guide, eventbridge-integration
 */
export class GuardianRule extends Construct {
  /** Events that no guardian could be started for. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { guardian }: GuardianRuleProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      queueName: `${guardianName(this)}-dead-letters`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue itself, of a rule.',
    });
    new Rule(this, 'Rule', {
      ruleName: guardianName(this),
      description: 'An upgrade ended badly: what it has changed for a while is put back',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [machineArn(this)] },
      },
      targets: [
        new SfnStateMachine(guardian.stateMachine, {
          deadLetterQueue: this.deadLetters,
          input: RuleTargetInput.fromObject({
            root: EventField.fromPath('$.detail.executionArn'),
            status: EventField.fromPath('$.detail.status'),
            redriveCount: EventField.fromPath('$.detail.redriveCount'),
          }),
        }),
      ],
    });
  }
}
