import { functionArn } from './arns';
import type { TaskState } from './asl';
import { bindings } from './context';
import { checkDataLimit, jsonCopy, toData, type Data, type Json } from './data';
import { Deadline } from './deadline';
import { lambdaCause, LambdaFunctionError, ServiceError, StateFailure } from './errors';
import type { Cursor, Execution } from './execution';
import type { LambdaCall } from './options';
import type { Run, Wake } from './run';
import type { TaskToken } from './task-tokens';
import { evaluateAs, type Bindings } from './template';
import { transform, type Exit } from './transform';

/** How one wait of a Task ended. Data and failures come from the function or the callback, a time-out from the clock. */
type Outcome = { readonly data: Data } | { readonly failure: StateFailure } | { readonly timedOut: StateFailure };

/** One attempt at a Task: schedule, invoke, for a callback wait for it, and transform the result. */
export async function performTask(execution: Execution, run: Run, cursor: Cursor, state: TaskState): Promise<Exit> {
  const { services } = execution;
  const token = state.resource === 'invoke.waitForTaskToken' ? services.tokens.issue() : undefined;
  try {
    const extras = token === undefined ? {} : { taskToken: token.value };
    const seen = bindings(execution, cursor, {}, extras);
    const result = await new TaskAttempt(execution, run, cursor, state, token, seen).perform();
    return await transform(state, result, bindings(execution, cursor, { result: result.value }, extras), state.next);
  } finally {
    if (token !== undefined) services.tokens.close(token);
  }
}

class TaskAttempt {
  private readonly common: Readonly<Record<string, unknown>>;

  constructor(
    private readonly execution: Execution,
    private readonly run: Run,
    private readonly cursor: Cursor,
    private readonly state: TaskState,
    private readonly token: TaskToken | undefined,
    private readonly seen: Bindings,
  ) {
    this.common = { resourceType: 'lambda', resource: state.resource };
  }

  async perform(): Promise<Data> {
    const { execution, run, state, seen } = this;
    const call = await evaluateAs(state.arguments, 'object', 'Arguments', seen);
    const timeoutSeconds = await this.seconds('TimeoutSeconds', state.timeoutSeconds);
    const heartbeatSeconds = await this.seconds('HeartbeatSeconds', state.heartbeatSeconds);
    const parameters = checkDataLimit(toData(call), 'Arguments');
    const functionName = call['FunctionName'];
    if (typeof functionName !== 'string') {
      throw new StateFailure(
        'States.QueryEvaluationError',
        "The field 'Arguments/FunctionName' must be a string.",
        'Arguments/FunctionName',
      );
    }
    const scheduled = {
      ...this.common,
      region: execution.machine.root.region,
      ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
      ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
    };
    execution.append(run, 'TaskScheduled', scheduled, parameters.json);
    execution.append(run, 'TaskStarted', this.common);

    const startedMs = execution.services.clock.now();
    const timeoutMs = timeoutSeconds === undefined ? undefined : startedMs + timeoutSeconds * 1000;
    let heartbeatMs = heartbeatSeconds === undefined ? undefined : startedMs + heartbeatSeconds * 1000;

    /** Waits until `arrange` wakes it or one of the two deadlines passes; a heartbeat moves the second. */
    const waiting = (arrange: (wake: Wake<Outcome>) => void): Promise<Outcome> =>
      run.pause<Outcome>((wake) => {
        const { clock } = execution.services;
        const timeout = new Deadline(clock, () => wake.resolve({ timedOut: new StateFailure('States.Timeout', '') }));
        const heartbeat = new Deadline(clock, () =>
          wake.resolve({ timedOut: new StateFailure('States.HeartbeatTimeout', '') }),
        );
        timeout.set(timeoutMs);
        heartbeat.set(heartbeatMs);
        if (this.token !== undefined && heartbeatSeconds !== undefined) {
          this.token.onHeartbeat = () => {
            heartbeatMs = clock.now() + heartbeatSeconds * 1000;
            heartbeat.set(heartbeatMs);
          };
        }
        arrange(wake);
        return () => {
          timeout.clear();
          heartbeat.clear();
        };
      });

    // A copy: what the handler does to it must not reach the definition.
    const payload = jsonCopy(call['Payload'] ?? {});
    const returned = this.settle(await waiting((wake) => this.invoke(functionName, payload, wake)));
    const { token } = this;
    if (token === undefined) {
      execution.append(run, 'TaskSucceeded', this.common, returned.json);
      return returned;
    }
    execution.append(run, 'TaskSubmitted', this.common, returned.json);
    const answered = this.settle(
      await waiting((wake) => {
        // The callback may have come while the function still ran.
        const answer = (): void => {
          if (token.outcome !== undefined) wake.resolve(token.outcome);
        };
        token.onOutcome = answer;
        answer();
      }),
    );
    execution.append(run, 'TaskSucceeded', this.common, answered.json);
    return answered;
  }

  /** The data of a good outcome; a bad one is recorded and thrown. */
  private settle(outcome: Outcome): Data {
    if ('data' in outcome) return outcome.data;
    const [type, failure] =
      'timedOut' in outcome
        ? (['TaskTimedOut', outcome.timedOut] as const)
        : (['TaskFailed', outcome.failure] as const);
    const { error, cause } = failure;
    this.execution.append(this.run, type, { ...this.common, error, ...(cause === '' ? {} : { cause }) });
    throw failure;
  }

  private async seconds(field: string, template: TaskState['timeoutSeconds']): Promise<number | undefined> {
    if (template === undefined) return undefined;
    const value = await evaluateAs(template, 'number', field, this.seen);
    if (Number.isInteger(value) && value > 0) return value;
    throw new StateFailure('States.QueryEvaluationError', `The field '${field}' must be a positive integer.`, field);
  }

  /** Invokes the function; the clock is held until it returns, even if nobody waits for it any more. */
  private invoke(functionName: string, payload: Json, wake: Wake<Outcome>): void {
    const { execution, cursor, state } = this;
    const { clock, options } = execution.services;
    const { roleArn, root } = execution.machine;
    try {
      options.authorize?.({ roleArn, action: 'lambda:InvokeFunction', resource: functionArn(root, functionName) });
    } catch (error) {
      // Step Functions reports its own refused call to Lambda under the service's general error.
      const cause = `${messageOf(error)} (Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException)`;
      wake.resolve({ failure: new StateFailure('Lambda.AWSLambdaException', cause) });
      return;
    }
    const release = clock.hold();
    const call: LambdaCall = {
      functionName,
      payload,
      roleArn,
      executionArn: execution.arn,
      stateName: state.name,
      attempt: cursor.retryCount,
    };
    void (async () => {
      try {
        const response = await options.invokeLambda(call);
        wake.resolve({ data: checkDataLimit(toData(this.response(response)), 'lambda') });
      } catch (error) {
        const failure = failureOf(error);
        if (failure !== undefined) wake.resolve({ failure });
        else wake.reject(error instanceof Error ? error : new Error(String(error)));
      } finally {
        release();
      }
    })();
  }

  /** What the optimised integration hands on. Source: Developer Guide, connect-lambda. */
  private response(payload: unknown): Json {
    const requestId = this.execution.services.surroundings.uuid();
    return {
      ExecutedVersion: '$LATEST',
      Payload: jsonCopy(payload),
      SdkHttpMetadata: { HttpStatusCode: 200 },
      SdkResponseMetadata: { RequestId: requestId },
      StatusCode: 200,
    };
  }
}

function failureOf(error: unknown): StateFailure | undefined {
  if (error instanceof StateFailure) return error;
  if (error instanceof LambdaFunctionError) return new StateFailure(error.errorType, lambdaCause(error));
  if (error instanceof ServiceError) return new StateFailure(error.error, error.cause);
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
