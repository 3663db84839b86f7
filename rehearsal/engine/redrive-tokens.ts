import type { Execution } from './execution';
import { limits } from './limits';

/**
 * Client tokens of RedriveExecution: the last ten successful ones of an execution are answered the same again for 15
 * minutes. Source: API reference, RedriveExecution clientToken.
 */
export class RedriveTokens {
  private readonly tokens = new WeakMap<Execution, { token: string; atMs: number }[]>();

  /** When the redrive this token asked for was made, or undefined if it has yet to be. */
  find(execution: Execution, token: string | undefined, nowMs: number): number | undefined {
    const known = this.tokens.get(execution)?.find((entry) => entry.token === token);
    return known !== undefined && nowMs - known.atMs <= limits.redriveTokenMs ? known.atMs : undefined;
  }

  remember(execution: Execution, token: string | undefined, nowMs: number): void {
    if (token === undefined) return;
    const others = (this.tokens.get(execution) ?? []).filter((entry) => entry.token !== token);
    this.tokens.set(execution, [...others, { token, atMs: nowMs }].slice(-limits.redriveTokens));
  }
}
