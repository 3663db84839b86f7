import { Client } from 'pg';
import { createProjectDatabase } from '../../../../rehearsal/warehouse/postgres/project-database';
import { startPostgres, type PostgresServer } from '../../../../rehearsal/warehouse/postgres/server';

export const OWNER = 'IAMR:ClickstreamDataApi';
export const PROJECT = 'shop';

/** A server with one project's database, and a superuser's connection to it. */
export interface TestDatabase {
  server: PostgresServer;
  client: Client;
  stop(): Promise<void>;
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const server = await startPostgres();
  await createProjectDatabase(server, { database: PROJECT, owner: OWNER });
  const client = new Client({ connectionString: server.url(PROJECT) });
  await client.connect();
  return {
    server,
    client,
    async stop() {
      await client.end();
      await server.stop();
    },
  };
}

/** First column of the first row, as a number. */
export async function number(client: Client, sql: string, values: unknown[] = []): Promise<number> {
  const { rows } = await client.query<Record<string, unknown>>(sql, values);
  return Number(Object.values(rows[0] ?? {})[0]);
}

/** First column of every row. */
export async function column(client: Client, sql: string, values: unknown[] = []): Promise<unknown[]> {
  const { rows } = await client.query<Record<string, unknown>>(sql, values);
  return rows.map((row) => Object.values(row)[0]);
}
