import type { VirtualClock } from '../../clock';
import type { RunningStatement, StatementOutcome, StatementPart } from '../../warehouse/warehouse';
import { AwsError, type Caller } from '../service';
import type { SubmitRequest } from './requests';
import type { Destination } from './targets';

/** Statements and results are forgotten this long after their end. Source: Redshift Management Guide, Data API. */
const KEPT_MS = 24 * 3_600_000;

/** A row of a result. Source: Redshift Management Guide, Data API limits (64 KB). */
const MOST_ROW_BYTES = 64 * 1024;

/** One accepted request: what was asked, by whom, and what has become of it. */
export class StatementRecord {
  readonly createdMs: number;
  updatedMs: number;
  outcome: StatementOutcome | undefined;
  /** Resolves at the end; the record is complete then. */
  readonly ended: Promise<void>;

  constructor(
    readonly id: string,
    readonly request: SubmitRequest,
    readonly destination: Destination,
    readonly caller: Caller,
    readonly region: string,
    readonly running: RunningStatement,
    private readonly clock: VirtualClock,
  ) {
    this.createdMs = clock.now();
    this.updatedMs = this.createdMs;
    this.ended = running.outcome.then((outcome) => {
      this.outcome = refuseLongRows(outcome);
      this.updatedMs = clock.now();
    });
  }

  /** SUBMITTED until a backend has it, then STARTED, then the end. PICKED is too short to be seen here. */
  get status(): string {
    if (this.outcome !== undefined) return this.outcome.status;
    return this.running.pid === 0 ? 'SUBMITTED' : 'STARTED';
  }

  get hasResultSet(): boolean {
    return this.outcome?.results.some((result) => result !== null) ?? false;
  }

  /** Has it ended so long ago that the Data API no longer knows it? */
  get expired(): boolean {
    return this.outcome !== undefined && this.clock.now() >= this.updatedMs + KEPT_MS;
  }

  /** What is known of one SQL of the request; the whole request's fate where the warehouse tells no parts. */
  part(index: number): StatementPart {
    const part = this.running.parts?.[index];
    if (part !== undefined) return part;
    if (this.outcome === undefined) return { status: this.running.pid === 0 ? 'SUBMITTED' : 'STARTED', durationMs: 0 };
    const { status, error, durationMs } = this.outcome;
    return { status, durationMs, ...(error === undefined ? {} : { error }) };
  }

  /**
   * The result of one SQL, null where it has none. Results are kept in order of the statements that ran to their end.
   */
  result(index: number): StatementOutcome['results'][number] {
    if (this.part(index).status !== 'FINISHED') return null;
    let position = 0;
    for (let before = 0; before < index; before += 1) if (this.part(before).status === 'FINISHED') position += 1;
    return this.outcome?.results[position] ?? null;
  }

  /**
   * Long poll: resolves at the statement's end or after `seconds`, whichever comes first. The caller's handler is
   * parked meanwhile: its hold on the clock does not count, so a modelled warehouse may jump to its end.
   * Source: Redshift Management Guide, "Reduce API calls with long polling".
   */
  async wait(seconds: number): Promise<void> {
    if (seconds === 0 || this.outcome !== undefined) return;
    const resume = this.clock.park();
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        cancelTimer();
        // At once, not in a later turn: the clock must not jump between the wake-up and the handler's next step.
        resume();
        resolve();
      };
      const cancelTimer = this.clock.at(this.clock.now() + seconds * 1000, wake);
      void this.ended.then(wake);
    });
  }
}

/** A finished query whose rows are too long for the Data API ends FAILED. The wording is ours. */
function refuseLongRows(outcome: StatementOutcome): StatementOutcome {
  const tooLong = outcome.results.some(
    (result) => result?.rows.some((row) => Buffer.byteLength(row.map(String).join('')) > MOST_ROW_BYTES) ?? false,
  );
  if (!tooLong) return outcome;
  return { ...outcome, status: 'FAILED', error: 'ERROR: A result row is larger than 64 KB', results: [] };
}

/** What the Data API answers for an id it does not know, no longer knows, or that belongs to another role. */
export function unknownStatement(id: string): AwsError {
  const message = 'Query does not exist.';
  return new AwsError('ResourceNotFoundException', message, 400, { Message: message, ResourceId: id });
}
