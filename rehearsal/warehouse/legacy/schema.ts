import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeIdentifier, type Client } from 'pg';
import { ensureDatabaseUser } from '../postgres/users';

export interface LegacySchemaOptions {
  /** The app's schema, the app id in lower case (Redshift folds names, PostgreSQL only unquoted ones). */
  schema: string;
  /** Database user who owns all of it, for example `IAMR:ClickstreamDataApi`; created as a login where missing. */
  owner: string;
}

/**
 * Creates what an app of version ≤ 1.1.5 has in its database: tables, materialized views and procedures, empty.
 *
 * @param client superuser, connected to the project's database, not in a transaction
 * @throws the database's error when the schema already exists
 */
export async function createLegacySchema(client: Client, { schema, owner }: LegacySchemaOptions): Promise<void> {
  await ensureDatabaseUser(client, owner);
  await client.query(`CREATE SCHEMA ${escapeIdentifier(schema)} AUTHORIZATION ${escapeIdentifier(owner)}`);
  await client.query(`SET ROLE ${escapeIdentifier(owner)}`);
  try {
    await client.query(TEMPLATE.replaceAll('{{schema}}', () => escapeIdentifier(schema)));
  } finally {
    await client.query('RESET ROLE');
  }
}

const TEMPLATE = readFileSync(join(__dirname, 'schema.sql'), 'utf8');
