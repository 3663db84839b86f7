import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueue } from './dead-letter-queue';
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
  readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, { guardian }: GuardianRuleProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', `${guardianName(this)}-dead-letters`);
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
