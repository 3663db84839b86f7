import { Duration } from 'aws-cdk-lib';
import { IntegrationPattern, TaskInput, Timeout, type IChainable, type INextable } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { StepFunction } from '../step-function';
import { ATTEMPT_REDRIVE, jsonata } from './context';
import { retryProps, SERVICE_FAILURES, type RetryPolicy } from './retry-policies';

/** How long a person may think. Starts again at each redrive. */
export const APPROVAL_TIMEOUT = Duration.days(7);

/**
 * A question whose time has run out is not asked again and again: `States.Timeout` is for a redrive. Otherwise as every
 * Task; waits 302 seconds in all.
 */
export const APPROVAL_RETRY: RetryPolicy = {
  ...SERVICE_FAILURES,
  errors: SERVICE_FAILURES.errors.filter((error) => error !== 'States.Timeout'),
};

export interface ApprovalProps {
  step: StepFunction;
  /** Name of the Task, an order: "Approve the plan". */
  task: string;
  comment: string;
}

/**
 * A Task that waits for a person. It calls its Lambda once, which asks, and goes on when somebody sends
 * `{ "approved": true }` for its token; any other answer fails the Task, where a redrive asks again. There is no Catch, as
 * nowhere in this machine.
 */
export class Approval extends Construct implements IChainable {
  readonly startState: LambdaInvoke;
  /** Empty: the way on is given by {@link next}, not appended. */
  readonly endStates: INextable[] = [];

  constructor(
    scope: Construct,
    readonly id: string,
    props: ApprovalProps,
  ) {
    super(scope, id);
    this.startState = LambdaInvoke.jsonata(this, 'Task', {
      stateName: props.task,
      comment: props.comment,
      lambdaFunction: props.step.function,
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      payload: TaskInput.fromText(REQUEST),
      outputs: OUTPUT,
      taskTimeout: Timeout.duration(APPROVAL_TIMEOUT),
      retryOnServiceExceptions: false,
    });
    this.startState.addRetry(retryProps(APPROVAL_RETRY));
  }

  /** What comes when the answer is yes. */
  next(next: IChainable): this {
    this.startState.next(next);
    return this;
  }
}

/** The request of the step contract, and the token that the answer has to name. */
const REQUEST = jsonata(
  '($in := $states.input; $execution := $states.context.Execution; {' +
    "'v': 1, " +
    "'now': $millis(), " +
    "'target': {}, " +
    `'attempt': {'redrive': ${ATTEMPT_REDRIVE}, 'retry': $exists($states.context.State.RetryCount) ? $states.context.State.RetryCount : 0}, ` +
    "'root': $in.root, " +
    "'execution': {'id': $execution.Id, 'passes': $in.passes}, " +
    "'taskToken': $states.context.Task.Token})",
);

/** The context as it was, one pass later: who said yes stands in the record of the approval. */
const OUTPUT = jsonata(
  '($in := $states.input; ' +
    "$assert($states.result.approved = true, 'The answer was not a yes'); " +
    "$merge([$in, {'passes': $in.passes + 1, 'step': {'status': 'DONE'}}]))",
);
