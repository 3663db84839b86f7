import { VirtualClock } from '../../../../rehearsal/clock';
import {
  StepFunctionsEngine,
  type AuthorizationRequest,
  type EngineEvent,
  type EngineOptions,
  type HistoryEvent,
  type LambdaCall,
} from '../../../../rehearsal/engine';

export const ACCOUNT = '111122223333';
export const MACHINE = `arn:aws:states:eu-west-1:${ACCOUNT}:stateMachine:Machine`;
export const START = Date.parse('2026-01-01T00:00:00Z');
export const HOUR = 3_600_000;

export type Handler = (payload: never, call: LambdaCall) => unknown;

export interface Description {
  executionArn: string;
  status: string;
  output?: string;
  error?: string;
  cause?: string;
  redriveCount: number;
  redriveStatus: string;
  redriveStatusReason?: string;
  startDate: Date;
  stopDate?: Date;
}

/** An engine with functions given in the test, files kept in memory and everything it was asked recorded. */
export class World {
  readonly clock = new VirtualClock(START);
  readonly calls: LambdaCall[] = [];
  readonly files = new Map<string, string>();
  readonly events: EngineEvent[] = [];
  readonly requests: AuthorizationRequest[] = [];
  readonly functions: Record<string, Handler> = {};
  readonly engine: StepFunctionsEngine;
  /** Actions that the role may not do. */
  readonly denied = new Set<string>();
  private names = 0;

  constructor(options: Partial<EngineOptions> = {}) {
    this.engine = new StepFunctionsEngine({
      clock: this.clock,
      accountId: ACCOUNT,
      partition: 'aws',
      invokeLambda: async (call) => {
        this.calls.push(call);
        const handler = this.functions[call.functionName];
        if (handler === undefined) throw new Error(`the test has no function ${call.functionName}`);
        return await handler(call.payload as never, call);
      },
      putObject: ({ bucket, key, body }) => {
        this.files.set(`${bucket}/${key}`, body);
        return Promise.resolve();
      },
      authorize: (request) => {
        this.requests.push(request);
        if (this.denied.has(request.action)) throw new Error(`not authorized to perform ${request.action}`);
      },
      onEvent: (event) => this.events.push(event),
      ...options,
    });
  }

  /** Registers the machine: its states, the first of which starts. */
  define(states: Record<string, unknown>, more: Record<string, unknown> = {}): void {
    const definition = machine(states, more);
    this.engine.registerMachine({ arn: MACHINE, name: 'Machine', definition, roleArn: roleArn('Machine') });
  }

  start(input: unknown = {}, name = `execution-${this.names++}`): string {
    const request = { stateMachineArn: MACHINE, name, input: JSON.stringify(input) };
    return this.engine.startExecution(request).executionArn;
  }

  async run(input: unknown = {}): Promise<Description> {
    return this.end(this.start(input));
  }

  async end(executionArn: string): Promise<Description> {
    return (await this.engine.waitForEnd(executionArn)) as unknown as Description;
  }

  async redrive(executionArn: string): Promise<Description> {
    this.engine.redriveExecution({ executionArn });
    return this.end(executionArn);
  }

  describe(executionArn: string): Description {
    return this.engine.describeExecution({ executionArn }) as unknown as Description;
  }

  history(executionArn: string): HistoryEvent[] {
    const events: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = this.engine.getExecutionHistory({ executionArn, maxResults: 1000, nextToken });
      events.push(...page.events);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return events;
  }

  types(executionArn: string): string[] {
    return this.history(executionArn).map(({ type }) => type);
  }

  /** ARN of the newest Map Run of an execution. */
  mapRun(executionArn: string): string {
    const [mapRun] = this.engine.listMapRuns({ executionArn }).mapRuns;
    return String(mapRun?.['mapRunArn']);
  }

  /** Children of a Map Run, oldest first. */
  children(mapRunArn: string): Description[] {
    const { executions } = this.engine.listExecutions({ mapRunArn, maxResults: 1000 });
    return executions.reverse().map(({ executionArn }) => this.describe(String(executionArn)));
  }

  /** Lets virtual time reach `ms` after the start. */
  async at(ms: number): Promise<void> {
    await this.clock.sleepUntil(START + ms);
  }

  /** Virtual milliseconds since the start. */
  get elapsed(): number {
    return this.clock.now() - START;
  }
}

export function machine(states: Record<string, unknown>, more: Record<string, unknown> = {}): object {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more };
}

export function roleArn(name: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}

/** A Task calling `functionName` with the state's input, giving the function's answer on; ends unless told otherwise. */
export function task(functionName: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionName, Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    ...('Next' in more ? {} : { End: true }),
    ...more,
  };
}

/** A Distributed Map over `$states.input.items`, ending unless told otherwise. */
export function distributedMap(
  states: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    Type: 'Map',
    Label: 'Each',
    Items: '{% $states.input.items %}',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: Object.keys(states)[0],
      States: states,
    },
    ...('Next' in more ? {} : { End: true }),
    ...more,
  };
}

/** The error an API method answers with. */
export function refusal(call: () => unknown): { name: string; message: string } {
  try {
    call();
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
  throw new Error('the call was not refused');
}
