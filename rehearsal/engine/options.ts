import type { VirtualClock } from '../clock';
import type { Json } from './data';

export interface EngineOptions {
  readonly clock: VirtualClock;
  readonly accountId: string;
  readonly partition: string;
  /**
   * Runs a function and resolves with what it returned. The clock is held until the promise settles; a handler that
   * waits for the world parks itself. It is not told of a Stop or a time-out: Lambda is not cancelled by either.
   * @throws LambdaFunctionError when the function failed, ServiceError when the service did; anything else is a fault
   * of the rehearsal and ends the execution with States.Runtime
   */
  invokeLambda(call: LambdaCall): Promise<unknown>;
  putObject(call: { bucket: string; key: string; body: string; roleArn: string }): Promise<void>;
  /** Throws where the role may not do it; what it throws is told in the cause. */
  authorize?(call: AuthorizationRequest): void;
  /** How long (virtual ms) a Map Run goes on after its parent was stopped, failed or timed out. */
  readonly mapRunStopLagMs?: number;
  /** The context's RedriveCount before any redrive: the API's default says 0, AWS's sample context omits it. */
  readonly redriveCountBeforeRedrive?: 'zero' | 'absent';
  /** Characters of payload that all histories together keep; older ones are told as truncated. */
  readonly maxPayloadCharacters?: number;
  /** Chance, in [0, 1), for $random, $uuid, jitter and generated names. A seeded one makes a run repeatable. */
  readonly random?: () => number;
  readonly onEvent?: (event: EngineEvent) => void;
}

export interface LambdaCall {
  /** Name or ARN, as in the Task's Arguments. */
  functionName: string;
  payload: unknown;
  roleArn: string;
  executionArn: string;
  stateName: string;
  /** 0 for the first attempt, then the number of retries of this pass through the state. */
  attempt: number;
}

export interface AuthorizationRequest {
  roleArn: string;
  action: 'lambda:InvokeFunction' | 'states:StartExecution' | 'states:RedriveExecution' | 's3:PutObject';
  resource: string;
}

/** What happens, as it happens: for live progress, EventBridge and counting. */
export type EngineEvent = { readonly executionArn: string; readonly atMs: number } & (
  | {
      /** RUNNING at the start and at every redrive, then how it ended. */
      readonly type: 'execution';
      readonly status: ExecutionStatus;
      readonly stateMachineArn: string;
      readonly mapRunArn: string | undefined;
      readonly redriveCount: number;
      readonly error?: string;
      readonly cause?: string;
    }
  | { readonly type: 'state-entered'; readonly state: string; readonly input: Json }
  | { readonly type: 'state-exited'; readonly state: string; readonly output: Json }
  | {
      /** One attempt failed; `retried` says whether another follows. */
      readonly type: 'state-failed';
      readonly state: string;
      readonly error: string;
      readonly cause: string;
      readonly retried: boolean;
    }
);

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';
