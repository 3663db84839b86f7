import type { EngineEvent } from '../engine';

/** One stay in a state, for the timeline. */
export interface StateSpan {
  executionArn: string;
  state: string;
  fromMs: number;
  toMs: number | undefined;
  /** Error of a failed attempt, retried or not. */
  errors: string[];
}

export interface ExecutionRecord {
  executionArn: string;
  /** The Map Run it belongs to; undefined for a root. */
  mapRunArn: string | undefined;
  /** Target of a child: project or app, as a name. */
  name: string;
  status: string;
  error: string | undefined;
  cause: string | undefined;
  fromMs: number;
  toMs: number | undefined;
  redrives: number;
}

/** Takes note of what the engine tells, for progress and report. */
export class Recorder {
  readonly spans: StateSpan[] = [];
  readonly executions = new Map<string, ExecutionRecord>();
  private readonly open = new Map<string, StateSpan>();

  /** @param ours ARN of our machine: the solution's own workflows have no states to show */
  see(event: EngineEvent, ours: string): void {
    if (!isOf(event.executionArn, ours)) return;
    switch (event.type) {
      case 'execution':
        this.execution(event);
        return;
      case 'state-entered': {
        this.name(event.executionArn, event.input);
        const span = {
          executionArn: event.executionArn,
          state: event.state,
          fromMs: event.atMs,
          toMs: undefined,
          errors: [],
        };
        this.spans.push(span);
        this.open.set(event.executionArn, span);
        return;
      }
      case 'state-exited':
        this.close(event.executionArn, event.atMs);
        return;
      case 'state-failed':
        this.open.get(event.executionArn)?.errors.push(event.error);
        if (!event.retried) this.close(event.executionArn, event.atMs);
        return;
    }
  }

  private execution(event: Extract<EngineEvent, { type: 'execution' }>): void {
    const { executionArn, atMs, status, mapRunArn, redriveCount, error, cause } = event;
    const known = this.executions.get(executionArn);
    const ended = status !== 'RUNNING' && status !== 'PENDING_REDRIVE';
    this.executions.set(executionArn, {
      executionArn,
      mapRunArn,
      name: known?.name ?? executionArn.slice(executionArn.lastIndexOf(':') + 1),
      status,
      error,
      cause,
      fromMs: known?.fromMs ?? atMs,
      toMs: ended ? atMs : undefined,
      redrives: redriveCount,
    });
    if (ended) this.close(executionArn, atMs);
  }

  private close(executionArn: string, atMs: number): void {
    const span = this.open.get(executionArn);
    if (span === undefined) return;
    span.toMs = atMs;
    this.open.delete(executionArn);
  }

  /** A child is called by the project or app it works on. */
  private name(executionArn: string, input: unknown): void {
    const record = this.executions.get(executionArn);
    if (record?.mapRunArn === undefined || typeof input !== 'object' || input === null || !('target' in input)) return;
    const target = input.target as { projectId?: string; appId?: string } | null;
    record.name = [target?.projectId, target?.appId].filter((part) => part !== undefined).join(' / ') || record.name;
  }
}

/** Executions of a machine, children of its Map Runs included. */
export function isOf(executionArn: string, machineArn: string): boolean {
  const base = machineArn.replace(':stateMachine:', ':execution:');
  return executionArn.startsWith(`${base}:`) || executionArn.startsWith(`${base}/`);
}
