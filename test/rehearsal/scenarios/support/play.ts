import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Series, type Run, type RunOptions } from '../../../../rehearsal/run';

/** Synthesis takes half a minute where nobody has made it yet. */
export const TIMEOUT_MS = 180_000;

/** Plays the scenarios of a test file as a series; their reports go into a folder that lives as long as the file. */
export class Player {
  readonly reports = mkdtempSync(join(tmpdir(), 'rehearsal-reports-'));
  private readonly series = new Series();

  play(name: string, options: RunOptions = {}): Promise<Run> {
    return this.series.play(name, { reports: this.reports, ...options });
  }

  async clear(): Promise<void> {
    await this.series.close();
    rmSync(this.reports, { recursive: true, force: true });
  }
}

/** The expectations that do not hold, with what was found: empty where a scenario held. */
export function broken({ expectations }: Run): string[] {
  return expectations.filter(({ held }) => !held).map(({ what, found }) => `${what}: ${found ?? ''}`);
}

/** Figures of a state, zero where it was never entered. */
export function stateOf({ result }: Run, name: string): { entered: number; failed: number } {
  const { entered = 0, failed = 0 } = result.states.find((state) => state.name === name) ?? {};
  return { entered, failed };
}
