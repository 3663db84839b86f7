import { WarmEnvironments } from '../aws/lambda/warm-environments';
import { findScenario } from '../scenarios';
import { sharePostgres } from '../warehouse/postgres/shared';
import type { Run } from './result';
import { runScenario, type RunOptions } from './run-scenario';

/**
 * Scenarios one after the other, each in a world of its own, on one PostgreSQL server and with functions that stay warm: what is
 * started once for all of them is a good part of what one costs.
 */
export class Series {
  /** Functions of another deployment have another environment. */
  private readonly warm = new Map<string, WarmEnvironments>();
  private endServer: (() => Promise<void>) | undefined;
  private last: { abort: AbortController; over: Promise<unknown> } | undefined;

  /** One that is still being played is put away first: whoever gave up waiting for it is not to spoil the next one. */
  play(name: string, options: Omit<RunOptions, 'warm'> = {}): Promise<Run> {
    const abort = new AbortController();
    const signal = options.signal === undefined ? abort.signal : AbortSignal.any([abort.signal, options.signal]);
    const run = this.begin(name, { ...options, signal }, this.endLast());
    this.last = { abort, over: run.catch(() => undefined) };
    return run;
  }

  private async begin(name: string, options: RunOptions, free: Promise<unknown>): Promise<Run> {
    await free;
    this.endServer ??= await sharePostgres();
    const deployment = JSON.stringify(findScenario(name)?.context ?? {});
    const warm = this.warm.get(deployment) ?? new WarmEnvironments();
    this.warm.set(deployment, warm);
    return runScenario(name, { ...options, warm });
  }

  /** Ends what they shared. */
  async close(): Promise<void> {
    await this.endLast();
    await Promise.all([...this.warm.values()].map((warm) => warm.close()));
    this.warm.clear();
    await this.endServer?.();
    this.endServer = undefined;
  }

  private async endLast(): Promise<void> {
    const { last } = this;
    this.last = undefined;
    last?.abort.abort(new Error('Another scenario was to be played'));
    await last?.over;
  }
}
