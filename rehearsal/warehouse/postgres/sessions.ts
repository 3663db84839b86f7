import type { Client } from 'pg';
import type { PostgresServer } from './server';
import { clientFor } from './users';

/** What a session begins with, and has again after `DISCARD ALL`. */
interface Login {
  database: string;
  user: string;
  /** Milliseconds; 0 = none. */
  statementTimeoutMs: number;
}

/** A connection of a database user that one statement, or one batch of them, has to itself. */
export interface Session {
  readonly client: Client;
  readonly pid: number;
}

/**
 * Connections of database users, used again: logging in costs more than most statements take. Each statement finds its
 * session as if it had just logged in, as with the Data API: no temporary table, setting, lock or open transaction of the
 * one before is left.
 */
export class Sessions {
  private readonly idle = new Map<string, Session[]>();
  private readonly logins = new Map<Session, string>();
  private readonly ending = new Set<Promise<void>>();
  private closed = false;

  constructor(private readonly server: PostgresServer) {}

  /**
   * A session that nobody else has until it is given back or ended.
   *
   * @param clockOffsetMs what the database's clock adds to real time
   */
  async take(login: Login, clockOffsetMs: number): Promise<Session> {
    const key = JSON.stringify([login.database, login.user, login.statementTimeoutMs]);
    const session = this.idle.get(key)?.pop() ?? (await this.logIn(login, key));
    try {
      await session.client.query("SELECT set_config('rehearsal.clock_offset_ms', $1, false)", [String(clockOffsetMs)]);
    } catch (error) {
      void this.end(session);
      throw error;
    }
    return session;
  }

  /** For the next statement of the same user. Only for a session that nobody may still be cancelling. */
  async giveBack(session: Session): Promise<void> {
    const key = this.logins.get(session);
    if (key === undefined || this.closed) return this.end(session);
    try {
      await session.client.query('DISCARD ALL');
    } catch {
      return this.end(session);
    }
    const idle = this.idle.get(key) ?? [];
    if (this.isClosed() || idle.length >= MOST_IDLE || !this.logins.has(session)) return this.end(session);
    idle.push(session);
    this.idle.set(key, idle);
  }

  /** Resolves when its connection is closed. */
  async end(session: Session): Promise<void> {
    this.forget(session);
    const ended = session.client.end().catch(() => undefined);
    this.ending.add(ended);
    await ended;
    this.ending.delete(ended);
  }

  /** Ends the idle ones; those in use are ended by whoever has them. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.idle.values()].flat().map((session) => this.end(session)));
    await Promise.all(this.ending);
  }

  private isClosed(): boolean {
    return this.closed;
  }

  private async logIn({ database, user, statementTimeoutMs }: Login, key: string): Promise<Session> {
    const settings = { timezone: 'UTC', statement_timeout: statementTimeoutMs };
    const client = clientFor(this.server, database, user, settings);
    // Told to whoever waits for the query; without a listener Node would end the process.
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const session = { client, pid: rows[0]?.pid ?? 0 };
    client.on('end', () => this.forget(session));
    this.logins.set(session, key);
    return session;
  }

  private forget(session: Session): void {
    const key = this.logins.get(session);
    if (key === undefined) return;
    this.logins.delete(session);
    const idle = this.idle.get(key)?.filter((other) => other !== session);
    if (idle !== undefined) this.idle.set(key, idle);
  }
}

/** Of one user in one database; more at a time are rare. */
const MOST_IDLE = 3;
