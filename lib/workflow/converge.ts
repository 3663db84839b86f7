import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
  type IChainable,
  type INextable,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { StepFunction } from '../step-function';
import { ATTEMPT_REDRIVE, jsonata } from './context';
import { retryProps, TASK_RETRY_POLICIES } from './retry-policies';

/** How much longer than the Lambda a Task waits for it: then no answer will come any more. */
const TASK_TIMEOUT_MARGIN = Duration.seconds(30);

export interface ConvergeProps {
  step: StepFunction;
  /** Name of the Task, an order: "Migrate events". */
  task: string;
  /** Name of the Choice, a question: "Are the events migrated?". */
  question: string;
  /** Name of the Wait: "Wait for the events". */
  wait: string;
  /** What the loop is for, shown in the definition. */
  comment: string;
  /** JSONata of the step's target; the branch's own target by default. */
  target?: string;
  /** JSONata of an object that goes into the branch's context at DONE; may use `$in` and `$answer`. */
  onDone?: string;
  /** Judges may answer AGAIN, with the items to run again. */
  mayAnswerAgain?: boolean;
  /** Steps that need processing at rest, or capacity, may answer TAKE_AGAIN: a guardian has given it back. */
  mayTakeAgain?: boolean;
}

/**
 * The loop every phase is made of: Task → Choice → Wait → Task, until the Task answers DONE.
 *
 * The Task calls a step's Lambda with the whole request in one expression, and makes in its Output all that Choice and
 * Wait read; an answer that does not fit fails the *Task*, where a redrive calls the Lambda again. A Choice or Wait
 * that cannot evaluate would fail on every redrive. There is no Catch: a caught Task has exited, and redrive would
 * resume only what comes after it. Source: Step Functions Developer Guide, redrive-executions
 */
export class Converge extends Construct implements IChainable {
  readonly startState: LambdaInvoke;
  /** Empty: the way on is chosen by {@link then}, not appended. */
  readonly endStates: INextable[] = [];
  private readonly choice: Choice;
  private readonly pause: Wait;

  constructor(
    scope: Construct,
    readonly id: string,
    props: ConvergeProps,
  ) {
    super(scope, id);
    this.startState = LambdaInvoke.jsonata(this, 'Task', {
      stateName: props.task,
      comment: props.comment,
      lambdaFunction: props.step.function,
      payload: TaskInput.fromText(request(props.target ?? '$in.target')),
      outputs: output(props),
      taskTimeout: Timeout.duration(props.step.timeout.plus(TASK_TIMEOUT_MARGIN)),
      retryOnServiceExceptions: false,
    });
    for (const policy of TASK_RETRY_POLICIES) this.startState.addRetry(retryProps(policy));
    this.choice = Choice.jsonata(this, 'Choice', {
      stateName: props.question,
      comment: 'DONE leads on; anything else comes back after a while.',
    });
    this.pause = Wait.jsonata(this, 'Wait', {
      stateName: props.wait,
      comment: 'As long as the step asked for.',
      time: WaitTime.seconds(jsonata('$states.input.step.waitSeconds')),
    });
    this.startState.next(this.choice);
    this.pause.next(this.startState);
    this.choice.otherwise(this.pause);
  }

  /** What comes when the goal is reached. */
  then(next: IChainable): this {
    this.choice.when(Condition.jsonata(jsonata("$states.input.step.status = 'DONE'")), next);
    return this;
  }

  /** Where TAKE_AGAIN leads: to whatever pauses and scales, and from there back. */
  takeAgain(next: IChainable): this {
    this.choice.when(Condition.jsonata(jsonata("$states.input.step.status = 'TAKE_AGAIN'")), next);
    return this;
  }

  /** Where a judge's AGAIN leads: back to the Map, with the items in the context. */
  again(next: IChainable): this {
    this.choice.when(Condition.jsonata(jsonata("$states.input.step.status = 'AGAIN'")), next);
    return this;
  }
}

/** The request of the step contract; fields without a value are left out by JSONata. */
function request(target: string): string {
  return jsonata(
    '($in := $states.input; $execution := $states.context.Execution; {' +
      "'v': 1, " +
      "'now': $millis(), " +
      `'target': ${target}, ` +
      "'progress': $in.step.progress, " +
      `'attempt': {'redrive': ${ATTEMPT_REDRIVE}, 'retry': $exists($states.context.State.RetryCount) ? $states.context.State.RetryCount : 0}, ` +
      "'root': $in.root, " +
      "'execution': {'id': $execution.Id, 'passes': $in.passes}})",
  );
}

/** The context after a pass: one pass more, and the answer as far as it is needed. Progress ends with DONE. */
function output(props: ConvergeProps): string {
  const statuses = [
    'IN_PROGRESS',
    'DONE',
    ...(props.mayAnswerAgain === true ? ['AGAIN'] : []),
    ...(props.mayTakeAgain === true ? ['TAKE_AGAIN'] : []),
  ].map((status) => `'${status}'`);
  const again = props.mayAnswerAgain === true ? ", $answer.status = 'AGAIN' ? {'items': [$answer.items]} : {}" : '';
  const done = props.onDone === undefined ? '' : `, $answer.status = 'DONE' ? ${props.onDone} : {}`;
  return jsonata(
    '($in := $states.input; $answer := $states.result.Payload; ' +
      `$assert($answer.status in [${statuses.join(', ')}], 'The step answered with an unknown status'); ` +
      "$assert($answer.status != 'IN_PROGRESS' or $type($answer.waitSeconds) = 'number', 'The step did not say how long to wait'); " +
      '$merge([$in, {' +
      "'passes': $in.passes + 1, " +
      "'step': $answer.status = 'IN_PROGRESS' " +
      "? {'status': 'IN_PROGRESS', 'waitSeconds': $ceil($max([0, $answer.waitSeconds])), 'progress': $answer.progress} " +
      ": {'status': $answer.status}}" +
      `${again}${done}]))`,
  );
}
