import type { Client } from 'pg';

/** How often the server is asked, in real milliseconds. */
const LOOK_MS = 10;

/**
 * Resolves when a procedure of the database sleeps in a planted fault: the middle of a call, on the dot.
 *
 * @param given up when it resolves; what was to sleep has ended otherwise
 */
export async function untilAsleep(client: Client, given: Promise<unknown>): Promise<void> {
  let over = false;
  void given.then(() => (over = true));
  const isOver = (): boolean => over;
  while (!isOver()) {
    const { rowCount } = await client.query(
      `SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`,
    );
    if (rowCount === 1) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
