import { limits } from './limits';
import type { PayloadStore } from './payload-store';

/** Names of events as the API has them; those of what this engine does not run are left out. Source: API reference, HistoryEvent. */
export type HistoryEventType =
  | 'ExecutionStarted'
  | 'ExecutionSucceeded'
  | 'ExecutionFailed'
  | 'ExecutionTimedOut'
  | 'ExecutionAborted'
  | 'ExecutionRedriven'
  | 'TaskStateEntered'
  | 'TaskScheduled'
  | 'TaskStarted'
  | 'TaskSubmitted'
  | 'TaskSucceeded'
  | 'TaskFailed'
  | 'TaskTimedOut'
  | 'TaskStateExited'
  | 'ChoiceStateEntered'
  | 'ChoiceStateExited'
  | 'WaitStateEntered'
  | 'WaitStateExited'
  | 'PassStateEntered'
  | 'PassStateExited'
  | 'SucceedStateEntered'
  | 'SucceedStateExited'
  | 'FailStateEntered'
  | 'MapStateEntered'
  | 'MapStateStarted'
  | 'MapRunStarted'
  | 'MapRunSucceeded'
  | 'MapRunFailed'
  | 'MapRunAborted'
  | 'MapRunRedriven'
  | 'MapStateSucceeded'
  | 'MapStateFailed'
  | 'MapStateExited'
  | 'EvaluationFailed';

/** An event in the shape of GetExecutionHistory. */
export interface HistoryEvent extends Record<string, unknown> {
  timestamp: Date;
  type: HistoryEventType;
  id: number;
  previousEventId: number;
}

/** The history is full: the execution must end now, with States.Runtime. */
export class HistoryLimitReached extends Error {
  override readonly name = 'HistoryLimitReached';
}

/** Under which member an event carries its details, and under which of these its payload. */
const SHAPES: Readonly<Partial<Record<HistoryEventType, readonly [details: string, payload?: string]>>> = {
  ExecutionStarted: ['executionStartedEventDetails', 'input'],
  ExecutionSucceeded: ['executionSucceededEventDetails', 'output'],
  ExecutionFailed: ['executionFailedEventDetails'],
  ExecutionTimedOut: ['executionTimedOutEventDetails'],
  ExecutionAborted: ['executionAbortedEventDetails'],
  ExecutionRedriven: ['executionRedrivenEventDetails'],
  TaskScheduled: ['taskScheduledEventDetails', 'parameters'],
  TaskStarted: ['taskStartedEventDetails'],
  TaskSubmitted: ['taskSubmittedEventDetails', 'output'],
  TaskSucceeded: ['taskSucceededEventDetails', 'output'],
  TaskFailed: ['taskFailedEventDetails'],
  TaskTimedOut: ['taskTimedOutEventDetails'],
  MapStateStarted: ['mapStateStartedEventDetails'],
  MapRunStarted: ['mapRunStartedEventDetails'],
  MapRunFailed: ['mapRunFailedEventDetails'],
  MapRunRedriven: ['mapRunRedrivenEventDetails'],
  EvaluationFailed: ['evaluationFailedEventDetails'],
};

function shapeOf(type: HistoryEventType): readonly [details: string, payload?: string] | undefined {
  if (type.endsWith('StateEntered')) return ['stateEnteredEventDetails', 'input'];
  if (type.endsWith('StateExited')) return ['stateExitedEventDetails', 'output'];
  return SHAPES[type];
}

const TERMINAL: ReadonlySet<HistoryEventType> = new Set([
  'ExecutionSucceeded',
  'ExecutionFailed',
  'ExecutionTimedOut',
  'ExecutionAborted',
]);

/**
 * One execution's events. Kept as columns and counted exactly; payloads live in a store shared by all histories, which
 * forgets the oldest first.
 */
export class History {
  private readonly types: HistoryEventType[] = [];
  private readonly times: number[] = [];
  private readonly details: (Readonly<Record<string, unknown>> | undefined)[] = [];
  private readonly payloads: (string | null | undefined)[] = [];

  constructor(private readonly store: PayloadStore) {}

  get length(): number {
    return this.types.length;
  }

  /**
   * Appends an event and returns its id. The last place is kept for the end of the execution.
   * Source: Developer Guide, sfn-best-practices: event 25,000 is ExecutionSucceeded or ExecutionFailed.
   * @throws HistoryLimitReached
   */
  append(type: HistoryEventType, atMs: number, details?: Readonly<Record<string, unknown>>, payload?: string): number {
    if (this.length >= limits.historyEvents - 1 && !TERMINAL.has(type)) throw new HistoryLimitReached();
    const index = this.types.push(type) - 1;
    this.times.push(atMs);
    this.details.push(details);
    this.payloads.push(payload);
    if (payload !== undefined) this.store.keep(this.payloads, index, payload);
    return index + 1;
  }

  /** Events `from` (0-based, inclusive) to `to` (exclusive), oldest first. */
  slice(from: number, to: number, includeData: boolean): HistoryEvent[] {
    const events: HistoryEvent[] = [];
    for (let index = Math.max(0, from); index < Math.min(to, this.length); index++)
      events.push(this.at(index, includeData));
    return events;
  }

  private at(index: number, includeData: boolean): HistoryEvent {
    const type = this.types[index] ?? 'ExecutionStarted';
    const event: HistoryEvent = {
      timestamp: new Date(this.times[index] ?? 0),
      type,
      id: index + 1,
      // The first state's entry has no predecessor either: so AWS numbers it.
      previousEventId: index <= 1 ? 0 : index,
    };
    const shape = shapeOf(type);
    if (shape === undefined) return event;
    const [detailsKey, payloadKey] = shape;
    const details: Record<string, unknown> = { ...this.details[index] };
    const payload = this.payloads[index];
    if (payloadKey !== undefined && payload !== undefined && includeData) {
      const truncated = payload === null;
      details[payloadKey] = truncated ? '' : payload;
      if (payloadKey !== 'parameters') details[`${payloadKey}Details`] = { truncated };
    }
    event[detailsKey] = details;
    return event;
  }
}
