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

/** Makes sure that a database role exists, which nobody logs in as, and that a user has it. */
export async function ensureDatabaseRole(client: Queries, role: string, user: string): Promise<void> {
  if ((await userId(client, role)) === undefined) {
    try {
      await client.query(`CREATE ROLE ${escapeIdentifier(role)} NOLOGIN`);
    } catch (error) {
      if (!CREATED_MEANWHILE.has(String((error as { code?: unknown }).code))) throw error;
    }
  }
  await changeUser(client, `GRANT ${escapeIdentifier(role)} TO ${escapeIdentifier(user)}`);
}

/** Makes sure that a database user exists and is a superuser, as the admin role of a serverless namespace is. */
export async function ensureSuperuser(client: Queries, user: string): Promise<void> {
  await ensureDatabaseUser(client, user);
  await changeUser(client, `ALTER ROLE ${escapeIdentifier(user)} SUPERUSER`);
}

/** Users belong to the whole server: another database's session may be changing the same one, and then fails one of the two. */
async function changeUser(client: Queries, sql: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(sql);
      return;
    } catch (error) {
      if (attempt === 5 || !/tuple concurrently|duplicate key/.test(String(error))) throw error;
    }
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
