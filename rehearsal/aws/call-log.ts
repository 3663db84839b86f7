import type { ServiceCall } from './service';

/** How a call ended, seen from the caller. */
export type CallOutcome =
  | { kind: 'answered' }
  | { kind: 'refused'; error: string; message: string }
  /** A fault broke the connection before the service acted. */
  | { kind: 'dropped' }
  /** A fault broke the connection after the service had acted. */
  | { kind: 'answer-lost' }
  /** A mistake of the rehearsal, not of the caller: no run that holds one is to be believed. */
  | { kind: 'simulator-error'; message: string };

export interface LoggedCall {
  /** Virtual time, epoch milliseconds, at which the call arrived. */
  atMs: number;
  service: string;
  region: string;
  operation: string;
  roleArn: string;
  sessionName: string;
  mutates: boolean;
  /** ARNs that IAM was asked for. */
  resources: string[];
  /** The beginning of the input, as JSON. */
  input: string;
  outcome: CallOutcome;
}

const INPUT_LENGTH = 400;

/** Every call that reached the embedded account, in the order of arrival. */
export class CallLog {
  readonly calls: LoggedCall[] = [];

  /** Requests that no simulated service could even be asked: why. */
  readonly unserved: string[] = [];

  add(call: ServiceCall, atMs: number, resources: string[]): LoggedCall {
    const logged: LoggedCall = {
      atMs,
      service: call.service,
      region: call.region,
      operation: call.operation,
      roleArn: call.caller.roleArn,
      sessionName: call.caller.sessionName,
      mutates: mutates(call),
      resources,
      input: shorten(call.input),
      outcome: { kind: 'answered' },
    };
    this.calls.push(logged);
    return logged;
  }

  /** Calls of one operation, of all regions and roles. */
  of(service: string, operation: string): LoggedCall[] {
    return this.calls.filter((call) => call.service === service && call.operation === operation);
  }

  /** Calls that changed something, or may have: a lost answer counts, a refusal does not. */
  mutations(): LoggedCall[] {
    return this.calls.filter(
      (call) => call.mutates && (call.outcome.kind === 'answered' || call.outcome.kind === 'answer-lost'),
    );
  }

  /** Mutations of anything that is not ours, by the ARN that IAM was asked for. */
  mutationsOutside(isOurs: (resourceArn: string) => boolean): LoggedCall[] {
    return this.mutations().filter((call) => !call.resources.every(isOurs));
  }

  /** Calls that IAM refused: with the synthesised policies there should be none. */
  denied(): LoggedCall[] {
    return this.calls.filter(
      ({ outcome }) => outcome.kind === 'refused' && ['AccessDeniedException', 'AccessDenied'].includes(outcome.error),
    );
  }

  simulatorErrors(): LoggedCall[] {
    return this.calls.filter((call) => call.outcome.kind === 'simulator-error');
  }
}

const READING_VERB = /^(Describe|Get|List|Head|Query|Scan|BatchGet|Search|Lookup|Validate|Estimate)/;

/** Changes nothing although its name does not begin like a question. */
const READING = new Set(['sts:AssumeRole']);

/** By the verb; a statement by what it says. */
export function mutates(call: ServiceCall): boolean {
  if (READING_VERB.test(call.operation) || READING.has(`${call.service}:${call.operation}`)) return false;
  if (call.service !== 'redshift-data') return true;
  const { Sql, Sqls } = call.input;
  const statements: unknown[] = Array.isArray(Sqls) ? Sqls : [Sql];
  return !statements.every((sql) => typeof sql === 'string' && isQuestion(sql));
}

function isQuestion(sql: string): boolean {
  const bare = sql.replace(/\/\*[\s\S]*?\*\/|--[^\n]*/g, '').trimStart();
  return (
    /^(select|with|show|explain)\b/i.test(bare) && !/\binto\s+(temp|table|#)|pg_(cancel|terminate)_backend/i.test(bare)
  );
}

function shorten(input: Record<string, unknown>): string {
  // Bodies first: a Buffer would be written out as a list of numbers.
  const brief = Object.entries(input).map(([name, value]): [string, unknown] => [
    name,
    value instanceof Uint8Array ? `<${value.length} bytes>` : value,
  ]);
  const json = JSON.stringify(Object.fromEntries(brief), (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return json.length <= INPUT_LENGTH ? json : `${json.slice(0, INPUT_LENGTH)}…`;
}
