import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import { fill, seedOf, template } from './template';

export interface PipelineRowsOptions {
  /** The app's schema, with its v2 tables. */
  schema: string;
  /** The events' app id; the schema's name where it is left out. */
  appId?: string;
  projectId: string;
  seed: number;
  /** Rows of event_v2. */
  events: number;
  /** Epoch milliseconds between which the new pipeline has been loading, for example two days. */
  fromMs: number;
  toMs: number;
}

/**
 * Writes what the upgraded pipeline has loaded by itself before the migration begins: events, with their sessions and
 * users, half of whom the legacy tables know as well. Once per app: its sessions and users are those of all event_v2
 * rows that no migration wrote.
 *
 * @param client superuser in the project's database, not in a transaction
 */
export async function newPipelineRows(client: Client, options: PipelineRowsOptions): Promise<void> {
  if (options.toMs - options.fromMs < 3_600_000) throw new RangeError('The new pipeline ran for an hour at least');
  const schema = escapeIdentifier(options.schema);
  const { rows } = await client.query<{ legacy: string | null }>('SELECT to_regclass($1) AS legacy', [
    `${schema}.user_m_view`,
  ]);
  const values = {
    schema,
    seed: await seedOf(client, options.schema, options.seed),
    app: escapeLiteral(options.appId ?? options.schema),
    project: escapeLiteral(options.projectId),
    sessions: Math.ceil(options.events / 8),
    events: options.events,
    fromMs: options.fromMs,
    toMs: options.toMs,
    knownUsers:
      typeof rows[0]?.legacy === 'string'
        ? `SELECT user_pseudo_id, user_id FROM ${schema}.user_m_view`
        : 'SELECT NULL::text AS user_pseudo_id, NULL::text AS user_id WHERE false',
  };
  await client.query('BEGIN');
  try {
    for (const name of ['random', 'pipeline']) await client.query(fill(template(name), values));
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
  for (const table of ['event_v2', 'user_v2', 'session']) await client.query(`ANALYZE ${schema}.${table}`);
}
