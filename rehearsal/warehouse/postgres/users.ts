import { Client, escapeIdentifier, escapeLiteral, type Pool } from 'pg';
import type { PostgresServer } from './server';

/**
 * Password of every database user we create. The embedded server asks for none; somebody else's server does, and
 * there it protects a throw-away database only.
 */
const PASSWORD = 'rehearsal';

/** A connection, or several. */
type Queries = Pick<Pool, 'query'>;

/** Somebody else has just created it: duplicate_object, or unique_violation where both wrote at once. */
const CREATED_MEANWHILE: ReadonlySet<string> = new Set(['42710', '23505']);

/**
 * Makes sure that a database user exists and may log in, as Redshift does for `IAMR:<role>` at its first connection.
 * Source: Redshift Management Guide, GetClusterCredentialsWithIAM and serverless GetCredentials.
 *
 * PostgreSQL keeps 63 bytes of a name, Redshift 127: longer names are cut the same way wherever they are used.
 *
 * @param client a superuser's connection, or several, to any database of the server
 * @returns the user's id, as in `pg_user.usesysid`
 */
export async function ensureDatabaseUser(client: Queries, user: string): Promise<number> {
  const existing = await userId(client, user);
  if (existing !== undefined) return existing;
  try {
    await client.query(`CREATE ROLE ${escapeIdentifier(user)} LOGIN PASSWORD ${escapeLiteral(PASSWORD)}`);
  } catch (error) {
    // Projects that share a warehouse share its user; a lock would not help, it holds within one database only.
    if (!CREATED_MEANWHILE.has(String((error as { code?: unknown }).code))) throw error;
  }
  const created = await userId(client, user);
  if (created === undefined) throw new Error(`Database user ${user} is absent after its creation`);
  return created;
}

/** Makes sure that a database role exists, which users have and nobody logs in as. */
export async function ensureDatabaseRole(client: Queries, role: string): Promise<void> {
  if ((await userId(client, role)) !== undefined) return;
  try {
    await client.query(`CREATE ROLE ${escapeIdentifier(role)} NOLOGIN`);
  } catch (error) {
    if (!CREATED_MEANWHILE.has(String((error as { code?: unknown }).code))) throw error;
  }
}

/** A connection of the given user, settings applied from its first statement on; not yet connected. */
export function clientFor(
  server: PostgresServer,
  database: string,
  user: string,
  settings: Record<string, string | number>,
): Client {
  const url = new URL(server.url(database));
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(PASSWORD);
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  return new Client({ connectionString: url.href, options: options.join(' ') });
}

async function userId(client: Queries, user: string): Promise<number | undefined> {
  const found = await client.query<{ oid: number }>(
    'SELECT oid::int8::int4 AS oid FROM pg_roles WHERE rolname = $1::name',
    [user],
  );
  return found.rows[0]?.oid;
}
