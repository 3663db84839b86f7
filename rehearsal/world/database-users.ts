import { Client, escapeIdentifier } from 'pg';
import { databaseUserOf, type SolutionWarehouse } from '../aws/cloudformation/solution-stacks';
import type { PostgresServer } from '../warehouse/postgres/server';
import { ensureDatabaseUser } from '../warehouse/postgres/users';

/** Source: awslabs/clickstream-analytics-on-aws, create-redshift-user.ts */
export const SOLUTION_ROLE = 'clickstream';

/** Any constant will do. */
const ROLES_LOCK = 7_310_003;

/**
 * The database users that the solution's roles have: those of the Data API, and of each workgroup that the solution made its
 * administrator, a superuser, who has given the Data API's user the database role `clickstream`.
 *
 * They belong to the whole server, so they are made one after the other. PostgreSQL has one kind of name for users and
 * roles, and a cluster's user may well be called as the role is; the role can therefore log in, which nobody does.
 */
export async function createDatabaseUsers(
  server: PostgresServer,
  warehouses: readonly SolutionWarehouse[],
): Promise<void> {
  const client = new Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    // Worlds may share the server: two changes of one role at once are refused.
    await client.query(`SELECT pg_advisory_lock(${String(ROLES_LOCK)})`);
    for (const { dbUser, isSuperuser, adminRoleArn } of warehouses) {
      await userOf(client, dbUser, isSuperuser);
      if (adminRoleArn === undefined) continue;
      await userOf(client, databaseUserOf(adminRoleArn), true);
      await ensureDatabaseUser(client, SOLUTION_ROLE);
      await client.query(`GRANT ${SOLUTION_ROLE} TO ${escapeIdentifier(dbUser)}`);
    }
  } finally {
    await client.end();
  }
}

async function userOf(client: Client, user: string, isSuperuser: boolean): Promise<void> {
  await ensureDatabaseUser(client, user);
  await client.query(`ALTER ROLE ${escapeIdentifier(user)} ${isSuperuser ? 'SUPERUSER' : 'NOSUPERUSER'}`);
}
