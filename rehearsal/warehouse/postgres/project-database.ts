import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import type { PostgresServer } from './server';
import { installExternalFunctions } from '../udf/install';
import { ensureDatabaseRole, ensureDatabaseUser, ensureSuperuser } from './users';

/**
 * Creates the database of a project as the solution's pipeline leaves it, before any app: empty, owned by the Data
 * API's database user, and able to understand the Redshift functions and system views of `compat.sql`.
 *
 * @param owner database user, for example `IAMR:<role name>`; created when absent
 * @param monitor the owner has the role `sys:monitor`, which nobody has unless a person granted it
 * @param role a database role that the owner has, with the system permissions that the solution gives it (`clickstream`)
 * @param superusers further database users, for example that of the admin role of a workgroup that the solution made
 */
export async function createProjectDatabase(
  server: PostgresServer,
  project: { database: string; owner: string; monitor?: boolean; role?: string; superusers?: readonly string[] },
): Promise<void> {
  await server.createDatabase(project.database);
  const client = new Client({ connectionString: server.url(project.database) });
  // A server that is stopped meanwhile ends the connection; whoever uses it is told.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await ensureDatabaseUser(client, project.owner);
    await installCompatibility(client);
    const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
    const database = escapeIdentifier(rows[0]?.name ?? project.database);
    await client.query(`ALTER DATABASE ${database} OWNER TO ${escapeIdentifier(project.owner)}`);
    await client.query(`ALTER DATABASE ${database} SET timezone TO 'UTC'`);
    for (const superuser of project.superusers ?? []) await ensureSuperuser(client, superuser);
    if (project.role !== undefined) {
      await ensureDatabaseRole(client, project.role, project.owner);
      await client.query('CALL rehearsal.change_system_permissions($1, $2, true)', [PERMISSIONS, [project.role]]);
    }
    if (project.monitor === true) await client.query(`GRANT "sys:monitor" TO ${escapeIdentifier(project.owner)}`);
  } finally {
    await client.end();
  }
}

/** Installs the Redshift stand-ins of `compat.sql` in the connected database; harmless when they are there. */
async function installCompatibility(superuser: Client): Promise<void> {
  await superuser.query(readFileSync(join(__dirname, 'compat.sql'), 'utf8'));
  await installExternalFunctions(superuser);
}

/** What the solution grants to its role: nothing of external functions. Source: Clickstream Analytics on AWS 1.2.0 */
const PERMISSIONS = ['CREATE USER', 'CREATE OR REPLACE FUNCTION', 'DROP FUNCTION'];
