import type { Data } from './data';
import type { Template } from './template';

/** A state machine, checked and compiled: what an execution is bound to from its start to its last redrive. */
export interface Workflow {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export interface CompiledMachine extends Workflow {
  readonly timeoutSeconds: number | undefined;
}

export type State = TaskState | ChoiceState | WaitState | PassState | SucceedState | FailState | MapState;

interface Common {
  readonly name: string;
}

/** Output and Assign of a state or of one way out of it (a choice rule, a catcher); undefined = the default. */
export interface Transform {
  readonly output: Template | undefined;
  readonly assign: Template | undefined;
}

/** The next state; undefined ends the workflow. */
interface Onward extends Transform {
  readonly next: string | undefined;
}

export interface Recovery {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface TaskState extends Common, Onward, Recovery {
  readonly type: 'Task';
  /** `invoke` or `invoke.waitForTaskToken`, as TaskScheduled names it. */
  readonly resource: 'invoke' | 'invoke.waitForTaskToken';
  readonly arguments: Template;
  readonly timeoutSeconds: Template | undefined;
  readonly heartbeatSeconds: Template | undefined;
}

export interface ChoiceState extends Common, Transform {
  readonly type: 'Choice';
  readonly choices: readonly ChoiceRule[];
  readonly default: string | undefined;
}

export interface ChoiceRule extends Transform {
  readonly condition: Template;
  readonly next: string;
}

export interface WaitState extends Common, Onward {
  readonly type: 'Wait';
  readonly seconds: Template | undefined;
  readonly timestamp: Template | undefined;
}

export interface PassState extends Common, Onward {
  readonly type: 'Pass';
}

export interface SucceedState extends Common {
  readonly type: 'Succeed';
  readonly output: Template | undefined;
}

export interface FailState extends Common {
  readonly type: 'Fail';
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
}

export interface MapState extends Common, Onward, Recovery {
  readonly type: 'Map';
  readonly label: string;
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly processor: Workflow;
  readonly maxConcurrency: Template | undefined;
  readonly toleratedFailureCount: Template | undefined;
  readonly toleratedFailurePercentage: Template | undefined;
  readonly resultWriter: ResultWriter | undefined;
}

export interface ResultWriter {
  /** Undefined: the results are only formatted, not exported. */
  readonly destination: { readonly bucket: Template; readonly prefix: Template | undefined } | undefined;
  readonly transformation: 'NONE' | 'COMPACT' | 'FLATTEN';
  readonly outputType: 'JSON' | 'JSONL';
}

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly jitter: boolean;
}

export interface Catcher extends Transform {
  readonly errorEquals: readonly string[];
  readonly next: string;
}

/** A problem of a definition and where it is, as a JSON pointer. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** Workflow variables by name. */
export type Variables = Readonly<Record<string, Data>>;
