import { assertNever } from '../../lambda/shared/errors';
import type { DataFault } from '../warehouse/generator/data-faults';

/** What happens to a call to AWS. */
export type CallEffect = 'throttle' | 'internal-error' | 'drop' | 'lose-answer';

/** Place of an app in the world's list. */
type AppIndex = number;

/** One thing that goes wrong in a world, or that somebody does to it. Times are virtual, from the first start. */
export type Disturbance =
  /** Calls fail at this rate, all the time. */
  | { kind: 'calls-fail'; effect: CallEffect; rate: number }
  /** A service, or every service, fails for a while. */
  | { kind: 'outage'; service: string | undefined; effect: CallEffect; afterMs: number; forMs: number }
  /** Invocations of our functions are lost, before or after their handlers ran. */
  | { kind: 'functions-crash'; when: 'before' | 'after'; rate: number }
  /** Every invocation is lost for a while. */
  | { kind: 'functions-out'; when: 'before' | 'after'; afterMs: number; forMs: number }
  /** Calls of a procedure are ended from outside, when they have written so many rows to the log. */
  | {
      kind: 'calls-end';
      app: AppIndex;
      procedure: string;
      cause: 'time-out' | 'query-rule' | 'person';
      afterLogRows: number;
      times: number;
    }
  /** A step of a procedure fails. */
  | { kind: 'procedure-fails'; app: AppIndex; procedure: string; step: number; times: number }
  /** A row that cannot be migrated, before the start or at the first call that moves the app's events. */
  | { kind: 'bad-data'; app: AppIndex; fault: DataFault; moment: 'start' | 'first-call' }
  /** The new pipeline has written a user a second time: a difference that a person has to judge. */
  | { kind: 'user-twice'; app: AppIndex }
  /** A person presses Stop. */
  | { kind: 'stop'; at: StopMoment }
  /** A person who is asked to approve says no, the first time. */
  | { kind: 'refusal-by-person' }
  /** A resource of a pipeline's stack cannot be updated, once. */
  | { kind: 'stack-fails'; project: number; stackType: string }
  /** A resource of the web console cannot be updated, once. */
  | { kind: 'console-fails' }
  /** The solution's own schema workflow fails. */
  | { kind: 'schema-fails'; app: AppIndex; times: number }
  /** A job of data processing is in the middle of its work. */
  | { kind: 'job-runs'; project: number; forMs: number }
  /** Somebody else changes the workgroup whenever we want to. */
  | { kind: 'capacity-refused'; times: number };

export type StopMoment = { afterMs: number } | { state: string };

/** When a person redrives an execution that has ended. */
export type RedriveMoment = 'at-once' | 'after-map-runs' | { hours: number };

/** What was done, for a person who reads the row. */
export function disturbanceText(disturbance: Disturbance): string {
  switch (disturbance.kind) {
    case 'calls-fail':
      return `${percent(disturbance.rate)} of all calls: ${disturbance.effect}`;
    case 'outage': {
      const { service = 'every service', effect, afterMs, forMs } = disturbance;
      return `${service} out (${effect}) after ${minutes(afterMs)} for ${minutes(forMs)}`;
    }
    case 'functions-crash':
      return `${percent(disturbance.rate)} of all functions crash ${disturbance.when} their work`;
    case 'functions-out': {
      const { when, afterMs, forMs } = disturbance;
      return `every function crashes ${when} its work after ${minutes(afterMs)} for ${minutes(forMs)}`;
    }
    case 'calls-end': {
      const { app, procedure, cause, afterLogRows, times } = disturbance;
      return `${procedure} of app ${app} ended by a ${cause} after ${afterLogRows} log rows, ${times} times`;
    }
    case 'procedure-fails': {
      const { app, procedure, step, times } = disturbance;
      return `${procedure} of app ${app} fails at step ${step}, ${times} times`;
    }
    case 'bad-data':
      return `${disturbance.fault} in app ${disturbance.app} at the ${disturbance.moment}`;
    case 'user-twice':
      return `a user of app ${disturbance.app} is there twice`;
    case 'stop':
      return 'state' in disturbance.at
        ? `Stop at ${disturbance.at.state}`
        : `Stop after ${minutes(disturbance.at.afterMs)}`;
    case 'refusal-by-person':
      return 'a person says no once';
    case 'stack-fails':
      return `${disturbance.stackType} of project ${disturbance.project} is rolled back once`;
    case 'console-fails':
      return 'the web console is rolled back once';
    case 'schema-fails':
      return `schema of app ${disturbance.app} fails ${disturbance.times} times`;
    case 'job-runs':
      return `a job of project ${disturbance.project} runs for ${minutes(disturbance.forMs)}`;
    case 'capacity-refused':
      return `changes of the workgroup are refused ${disturbance.times} times`;
    default:
      return assertNever(disturbance);
  }
}

export function redriveText(moment: RedriveMoment): string {
  if (moment === 'at-once') return 'at once';
  return moment === 'after-map-runs' ? 'after the Map Runs' : `after ${moment.hours} h`;
}

function percent(rate: number): string {
  return `${Math.round(rate * 1000) / 10} %`;
}

function minutes(ms: number): string {
  return `${Math.round(ms / 60_000)} min`;
}
