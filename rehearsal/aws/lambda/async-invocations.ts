import type { VirtualClock } from '../../clock';
import type { DeployedFunction } from '../../template/deployment';
import type { Iam } from '../iam/iam';
import type { Queues } from '../sqs/queues';
import type { LambdaRuntime } from './runtime';

/** Source: Lambda Developer Guide, invocation-async-error-handling: twice more, after one minute and after two */
const DEFAULT_RETRIES = 2;
const RETRY_AFTER_MS = [60_000, 120_000];

/** One event that a function was, or is, given. */
export interface AsyncInvocation {
  readonly functionArn: string;
  readonly payload: unknown;
  attempts: number;
  outcome: 'pending' | 'succeeded' | 'failed';
  /** What the function answered: nobody else gets to see it. */
  answer?: unknown;
  error?: string;
}

export interface AsyncInvocationsOptions {
  clock: VirtualClock;
  iam: Iam;
  queues: Queues;
  functions: readonly DeployedFunction[];
  /** Not there before the account is open. */
  runtime: () => Pick<LambdaRuntime, 'invoke'>;
}

/** Functions invoked with InvocationType Event: their answers are lost, their failures are tried again, then kept. */
export class AsyncInvocations {
  readonly all: AsyncInvocation[] = [];

  constructor(private readonly options: AsyncInvocationsOptions) {}

  has(functionArn: string): boolean {
    return this.options.functions.some(({ arn }) => arn === functionArn);
  }

  /** Invocations of a function, by the end of its name. */
  of(step: string): AsyncInvocation[] {
    return this.all.filter(({ functionArn }) => functionArn.endsWith(`-${step}`));
  }

  invoke(functionArn: string, payload: unknown): void {
    const invocation: AsyncInvocation = { functionArn, payload, attempts: 0, outcome: 'pending' };
    this.all.push(invocation);
    this.attempt(invocation);
  }

  private attempt(invocation: AsyncInvocation): void {
    const release = this.options.clock.hold();
    void this.run(invocation).finally(release);
  }

  private async run(invocation: AsyncInvocation): Promise<void> {
    const { functionArn, payload } = invocation;
    invocation.attempts += 1;
    try {
      invocation.answer = await this.options.runtime().invoke({ functionArn, payload });
      invocation.outcome = 'succeeded';
    } catch (error) {
      invocation.error = error instanceof Error ? error.message : String(error);
      await this.failed(invocation);
    }
  }

  private async failed(invocation: AsyncInvocation): Promise<void> {
    const { clock, functions } = this.options;
    const fn = functions.find(({ arn }) => arn === invocation.functionArn);
    const { maxRetries = DEFAULT_RETRIES, onFailureArn } = fn?.asynchronous ?? {};
    if (invocation.attempts <= maxRetries) {
      const afterMs = RETRY_AFTER_MS[invocation.attempts - 1] ?? 0;
      clock.at(clock.now() + afterMs, () => this.attempt(invocation));
      return;
    }
    invocation.outcome = 'failed';
    if (fn === undefined || onFailureArn === undefined) return;
    await this.keep(fn, onFailureArn, invocation);
  }

  /** With the permissions of the function's own role. Source: Lambda Developer Guide, invocation-async-retain-records */
  private async keep(fn: DeployedFunction, queueArn: string, invocation: AsyncInvocation): Promise<void> {
    const { iam, queues } = this.options;
    const { roleArn, name } = fn;
    await iam.demand({ roleArn, sessionName: name, action: 'sqs:SendMessage', resource: queueArn });
    const { attempts, payload, error } = invocation;
    const record = {
      version: '1.0',
      requestContext: {
        functionArn: `${fn.arn}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: attempts,
      },
      requestPayload: payload,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorMessage: error },
    };
    queues.send(queueArn, JSON.stringify(record));
  }
}
