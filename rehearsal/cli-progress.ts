import type { WriteStream } from 'node:tty';
import { countText, durationText, timeText } from './report/text';
import type { Progress } from './run';

/** Shows a run while it goes on. */
export interface ProgressView {
  show(progress: Progress): void;
  /** Clears what is not to stay. */
  end(): void;
}

/** A refreshed line in a terminal, plain lines elsewhere. */
export function progressView(output: NodeJS.WriteStream | WriteStream): ProgressView {
  return output.isTTY ? new LiveView(output) : new PlainView((line) => void output.write(`${line}\n`));
}

/** Nothing at all. */
export const SILENT: ProgressView = { show: () => undefined, end: () => undefined };

/** What is going on, put together from all that was told. */
class Picture {
  phase = '';
  /** Projects run at the same time: the phase of each of them and of each app, so that only a new one is news. */
  private readonly phases = new Map<string, string>();
  private events = { done: 0, total: 0 };
  /** The first count and the newest one that was another, with their real times. */
  private span: { fromMs: number; fromDone: number; toMs: number } | undefined;

  /** Takes it in; answers a line that is worth keeping, if it is. */
  take(progress: Progress): string | undefined {
    switch (progress.kind) {
      case 'note':
        return progress.text;
      case 'generating':
        this.phase = `Generating data: ${countText(progress.done)} of ${countText(progress.total)} events`;
        return undefined;
      case 'events':
        return this.count(progress.done, progress.total);
      case 'phase': {
        const { phase, app, projectId = '', atMs } = progress;
        const of = app === undefined ? projectId : `${app.projectId}/${app.appId}`;
        this.phase = `${timeText(atMs).slice(11, 16)}  ${phase}${of === '' ? '' : ` · ${of}`}`;
        if (this.phases.get(of) === phase) return undefined;
        this.phases.set(of, phase);
        return this.phase;
      }
    }
  }

  /** `41,000 of 66,000 events, 12,300/s, 2.0 s left`. */
  counts(): string {
    const { done, total } = this.events;
    if (total === 0 || done === 0) return '';
    return `${countText(done)} of ${countText(total)} events${this.speed()}`;
  }

  private count(done: number, total: number): string | undefined {
    if (done === this.events.done && total === this.events.total) return undefined;
    this.events = { done, total };
    const nowMs = Date.now();
    if (done > 0) this.span = { ...(this.span ?? { fromMs: nowMs, fromDone: done }), toMs: nowMs };
    return done === 0 ? undefined : `  ${this.counts()}`;
  }

  private speed(): string {
    const { done, total } = this.events;
    if (this.span === undefined || done >= total) return '';
    const { fromMs, fromDone, toMs } = this.span;
    const rate = toMs === fromMs ? 0 : ((done - fromDone) * 1000) / (toMs - fromMs);
    return rate > 0 ? `, ${countText(Math.round(rate))}/s, ${durationText(((total - done) / rate) * 1000)} left` : '';
  }
}

class PlainView implements ProgressView {
  private readonly picture = new Picture();

  constructor(private readonly write: (line: string) => void) {}

  show(progress: Progress): void {
    const line = this.picture.take(progress);
    if (line !== undefined) this.write(line);
  }

  end(): void {
    // Everything has been written.
  }
}

class LiveView implements ProgressView {
  private readonly picture = new Picture();
  private readonly sinceMs = Date.now();

  constructor(private readonly output: NodeJS.WriteStream) {}

  show(progress: Progress): void {
    const line = this.picture.take(progress);
    this.clear();
    if (line !== undefined && progress.kind === 'note') this.output.write(`${line}\n`);
    const parts = [durationText(Date.now() - this.sinceMs), this.picture.phase, this.picture.counts()];
    const text = parts.filter((part) => part !== '').join('  ');
    this.output.write(text.slice(0, (this.output.columns || 80) - 1));
  }

  end(): void {
    this.clear();
  }

  private clear(): void {
    this.output.write('\r\u001b[2K');
  }
}
