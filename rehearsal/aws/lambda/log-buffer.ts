import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';

/** One line a function wrote. */
export interface LogLine {
  atMs: number;
  functionName: string;
  line: string;
}

/**
 * What the functions log: the newest lines in memory, all of them in a file when one is given.
 * Nothing goes to this process's own output.
 */
export class LogBuffer {
  private readonly lines: LogLine[] = [];
  private readonly file: WriteStream | undefined;

  /**
   * @param now virtual time, epoch milliseconds
   * @param capacity lines kept in memory
   */
  constructor(
    private readonly now: () => number,
    private readonly capacity = 2_000,
    file?: string,
  ) {
    this.file = file === undefined ? undefined : createWriteStream(file, { flags: 'a' });
  }

  /** Splits a worker's stream into lines. */
  capture(functionName: string, stream: Readable): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.add(functionName, line);
    });
    stream.on('end', () => {
      if (rest !== '') this.add(functionName, rest);
    });
  }

  add(functionName: string, line: string): void {
    const entry = { atMs: this.now(), functionName, line };
    this.lines.push(entry);
    // Cut in large pieces: shifting a long array for every line is slow.
    if (this.lines.length > this.capacity * 2) this.lines.splice(0, this.lines.length - this.capacity);
    this.file?.write(`${new Date(entry.atMs).toISOString()} ${functionName} ${line}\n`);
  }

  /** The newest lines, oldest first; those of one function when it is named. */
  tail(functionName?: string, count = 50): LogLine[] {
    const wanted =
      functionName === undefined ? this.lines : this.lines.filter((line) => line.functionName === functionName);
    return wanted.slice(-Math.min(count, this.capacity));
  }

  /** Resolves when the file holds every line. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.file === undefined) resolve();
      else this.file.end(resolve);
    });
  }
}
