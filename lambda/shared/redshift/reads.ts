import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ErrorCode, UpgradeError } from '../errors';
import { LONG_POLL_SECONDS } from '../polling';
import type { SqlStatement } from '../sql/statement';
import type { WarehouseSession } from './session';

/** Thrown to end a pass while a reading statement runs; the step's wrapper turns it into an answer. */
export class StillReading extends Error {
  override readonly name = 'StillReading';
  constructor(readonly statement: string) {
    super(`${statement} is still being read`);
  }
}

/**
 * Statements that only read, for observations. When one is slow, the pass ends and all ids of the pass are kept: the next
 * pass asks them again instead of starting over, and a long series of slow reads gets through one by one. Once a pass has
 * seen all it wanted, they are forgotten and the next observation is a fresh one.
 */
export class Reads {
  private readonly known: Map<string, string>;
  private readonly beganMs = performance.now();

  /**
   * @param remembered ids of a pass that did not come to its end, by statement name and scope
   * @param seed makes the tokens of this pass's reads distinct from those of other passes
   * @param pass `isRedriven`: somebody has repaired something since those were remembered
   */
  constructor(
    remembered: Record<string, string> | undefined,
    private readonly seed: string,
    private readonly pass: { isRedriven: boolean } = { isRedriven: false },
  ) {
    this.known = new Map(Object.entries(remembered ?? {}));
  }

  /** Ids of this pass's reads, finished or not, for the progress of a pass that could not end. */
  remembered(): Record<string, string> {
    return Object.fromEntries(this.known);
  }

  /**
   * Rows of a reading statement, checked against a schema.
   *
   * @param scope tells reads of the same file apart
   * @throws StillReading when it has not finished in this pass
   * @throws UpgradeError StatementFailed when the database refuses it
   */
  async rows<Schema extends z.ZodType>(
    session: WarehouseSession,
    sql: SqlStatement,
    schema: Schema,
    scope = '',
  ): Promise<z.infer<Schema>[]> {
    const id = await this.run(session, sql, scope);
    return z.array(schema).parse(await session.rows(id));
  }

  /**
   * Rows of reads that do not need each other, all under way at once: each is a round trip of a second or two to a busy
   * warehouse. Every one has come to an answer, or to its limit of waiting, before this returns or throws.
   */
  async together<Rows extends readonly unknown[]>(reads: {
    [Index in keyof Rows]: Promise<Rows[Index]>;
  }): Promise<Rows> {
    const settled = await Promise.allSettled<unknown>(reads);
    const reasons = settled.flatMap((read) => (read.status === 'rejected' ? [read.reason as unknown] : []));
    // A refusal tells more than a read that takes its time.
    const failure = reasons.find((reason) => !(reason instanceof StillReading)) ?? reasons[0];
    if (failure !== undefined) throw failure instanceof Error ? failure : new Error(JSON.stringify(failure));
    return settled.map((read) => (read.status === 'fulfilled' ? read.value : undefined)) as unknown as Rows;
  }

  /** Runs a statement that may be repeated at will to its end, whatever it answers; its errors are those of {@link rows}. */
  async run(session: WarehouseSession, sql: SqlStatement, scope = ''): Promise<string> {
    const key = scope === '' ? sql.name : `${sql.name} ${scope}`;
    const known = this.known.get(key);
    const { id, finished } =
      known === undefined
        ? await session.submit(sql, this.token(key, sql), this.pollSeconds)
        : { id: known, finished: false };
    this.known.set(key, id);
    if (finished) return id;
    const state = await session.describe(id, known === undefined ? 0 : this.pollSeconds);
    if (state !== undefined && state.ended === undefined) throw new StillReading(sql.name);
    if (state?.ended !== 'FINISHED') this.known.delete(key);
    // Expired: the next pass starts it anew.
    if (state === undefined) throw new StillReading(sql.name);
    if (state.ended !== 'FINISHED') {
      // An old failure says nothing of how things are now.
      if (known !== undefined && this.pass.isRedriven) return this.run(session, sql, scope);
      throw new UpgradeError({
        code: ErrorCode.StatementFailed,
        what: `The statement ${sql.name} failed.`,
        why: state.error ?? `It ended ${String(state.ended)}.`,
        next: 'Resolve the reason named here, then redrive.',
        redrive: 'yes',
        ids: { statementId: id },
      });
    }
    return id;
  }

  /** How long the end of a statement may be waited for now. None late in a pass: another long poll might outlive the Lambda. */
  get pollSeconds(): number {
    return performance.now() - this.beganMs > LATE_MS ? 0 : LONG_POLL_SECONDS;
  }

  private token(key: string, sql: SqlStatement): string {
    const parts = [this.seed, key, sql.text, JSON.stringify(sql.parameters)];
    return createHash('sha256').update(parts.join('\n')).digest('hex');
  }
}

/** Real time. With the long poll that may just have begun it is well below the functions' time-out of a minute. */
const LATE_MS = 25_000;
