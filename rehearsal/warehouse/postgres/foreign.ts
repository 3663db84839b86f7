import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier } from 'pg';
import type { PostgresServer } from './server';

/**
 * A PostgreSQL server that somebody else runs. Our databases there carry a prefix that no other rehearsal has,
 * and `stop()` drops them; roles are left, because they belong to the whole server.
 *
 * @param address URL of a superuser, for example `postgres://postgres@127.0.0.1:5432/postgres`
 */
export function useForeignServer(address: string): PostgresServer {
  const base = new URL(address);
  const prefix = `rehearsal_${randomBytes(4).toString('hex')}_`;
  const created = new Set<string>();
  const maintenance = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: base.href });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  return {
    host: base.hostname,
    port: Number(base.port || '5432'),
    superuser: decodeURIComponent(base.username),
    url(database) {
      if (database === MAINTENANCE_DATABASE) return base.href;
      const url = new URL(base.href);
      url.pathname = `/${encodeURIComponent(prefix + database)}`;
      return url.href;
    },
    async createDatabase(database, template) {
      const name = prefix + database;
      const copied =
        template === undefined
          ? `ENCODING 'UTF8' TEMPLATE template0`
          : `TEMPLATE ${escapeIdentifier(prefix + template)}`;
      await maintenance(`CREATE DATABASE ${escapeIdentifier(name)} ${copied}`);
      created.add(name);
    },
    async dropDatabase(database) {
      const name = prefix + database;
      await maintenance(`DROP DATABASE ${escapeIdentifier(name)} WITH (FORCE)`);
      created.delete(name);
    },
    async stop() {
      for (const name of created) {
        await maintenance(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
        created.delete(name);
      }
    },
  };
}

/** Every PostgreSQL server has it; `url('postgres')` is the connection for work on the server itself. */
const MAINTENANCE_DATABASE = 'postgres';
