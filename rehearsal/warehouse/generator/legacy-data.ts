import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import { DAY_MS, fill, seedOf, template } from './template';

export interface LegacyDataOptions {
  /** The app's schema, made by `createLegacySchema`. */
  schema: string;
  /** The events' app id; the schema's name where it is left out. */
  appId?: string;
  projectId: string;
  /** Any integer; the same seed, size and end make the same data. */
  seed: number;
  /** Rows of `event` in all: inside the window, older ones and duplicates. */
  events: number;
  /** Epoch milliseconds after the newest event (which is up to an hour older). */
  endMs: number;
  /** Length of the window before `endMs` in which most events lie. */
  days: number;
  /** Ages in days between which 8 % of the events lie, out of the migration's reach; null for none. Default 35–60. */
  olderDays?: { from: number; to: number } | null;
  /** `stale` leaves user_m_view as it was before the newest users, as a pipeline that no longer refreshes it does. */
  userView?: 'fresh' | 'stale';
  onProgress?: (done: number, total: number) => void;
}

/**
 * Fills an app's legacy tables with the visits of made-up users, all inside PostgreSQL, a chunk of events at a time,
 * in one transaction: this process's memory does not grow with the size.
 *
 * What it contains (each on purpose): four platforms, of which one unnamed; sessions that cross midnight; parameters
 * of every type and typed as the ETL does; campaigns; purchases, half of them with an item row of exactly their
 * time; users with one to three rows, 3 % with none, and pairs of users that share a second; 1 % duplicate rows;
 * text outside ASCII.
 *
 * @param client superuser in the project's database, not in a transaction
 * @throws RangeError for sizes it cannot make
 */
export async function generateLegacyData(client: Client, options: LegacyDataOptions): Promise<void> {
  const { events, days, endMs } = options;
  if (!Number.isSafeInteger(events) || events < MIN_EVENTS) throw new RangeError(`At least ${MIN_EVENTS} events`);
  if (!(days >= 1)) throw new RangeError('The window is at least one day');
  const older = options.olderDays === undefined ? { from: 35, to: 60 } : options.olderDays;
  const duplicates = Math.floor(events / 100);
  const baseEvents = events - duplicates;
  const values = {
    schema: escapeIdentifier(options.schema),
    seed: await seedOf(client, options.schema, options.seed),
    app: escapeLiteral(options.appId ?? options.schema),
    project: escapeLiteral(options.projectId),
    users: Math.max(8, Math.ceil(events / 100)),
    // Sessions have 7 events at least, so these are enough; those past the last event are dropped.
    sessions: Math.ceil(baseEvents / 7),
    items: Math.max(20, Math.ceil(events / 400)),
    baseEvents,
    duplicates,
    endMs,
    quietMs: QUIET_MS,
    windowMs: days * DAY_MS,
    olderShare: older === null ? 0 : OLDER_SHARE,
    olderFromMs: (older?.from ?? 1) * DAY_MS,
    olderToMs: (older?.to ?? 2) * DAY_MS,
  };
  const run = async (name: string, more: Record<string, number> = {}): Promise<void> => {
    await client.query(fill(template(name), { ...values, ...more }));
  };

  await client.query('BEGIN');
  try {
    await run('random');
    await run('shapes');
    await run('population');
    for (let from = 1; from <= baseEvents; from += CHUNK) {
      const to = Math.min(from + CHUNK - 1, baseEvents);
      await run('events', { fromEvent: from, toEvent: to });
      await run('parameters');
      options.onProgress?.(Math.round((to / baseEvents) * events), events);
    }
    if (options.userView === 'stale') await refreshUserView(client, values.schema);
    await run('users');
    if (options.userView !== 'stale') await refreshUserView(client, values.schema);
    await client.query(`REFRESH MATERIALIZED VIEW ${values.schema}.item_m_view`);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
  for (const table of ['event', 'event_parameter', 'user', 'item', 'user_m_view', 'item_m_view']) {
    // VACUUM as well, so that the database does not begin it by itself in the middle of a migration.
    await client.query(`VACUUM (ANALYZE) ${values.schema}.${escapeIdentifier(table)}`);
  }
}

const MIN_EVENTS = 100;
const CHUNK = 50_000;
const OLDER_SHARE = 0.08;
/** No session starts in the last hour: the newest event stays somewhat before the end. */
const QUIET_MS = 3_600_000;

async function refreshUserView(client: Client, schema: string): Promise<void> {
  await client.query(`REFRESH MATERIALIZED VIEW ${schema}.user_m_view`);
}
