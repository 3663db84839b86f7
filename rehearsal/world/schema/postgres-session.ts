import type { Client } from 'pg';
import { toRedshiftError } from '../../warehouse/postgres/redshift-errors';
import type { PostgresWarehouse } from '../../warehouse/postgres/statements';
import { isPython, withoutPython } from '../../warehouse/v2';
import type { SchemaSession } from './session';

export interface PostgresSessionOptions {
  /** Connected as the database user, who owns the project's schemas. */
  client: Client;
  warehouse: PostgresWarehouse;
  database: string;
  dbUser: string;
  /** Ids of Data API statements. */
  newId: () => string;
}

/**
 * Entries of a schema list in PostgreSQL. The solution's own are written in its dialect and run as they are, each a
 * transaction, its Python functions as their stand-ins; what only Redshift knows or refuses goes through the warehouse.
 */
export class PostgresSchemaSession implements SchemaSession {
  constructor(private readonly options: PostgresSessionOptions) {}

  async execute(sql: string): Promise<string | undefined> {
    const { client, warehouse } = this.options;
    const isRefused = isPython(sql) && warehouse.pythonUdfs === 'gone';
    if (isRefused || OF_REDSHIFT.test(sql)) return this.submit(sql);
    try {
      await client.query(withoutPython(sql));
      return undefined;
    } catch (error) {
      return toRedshiftError(error, 0, undefined).text;
    }
  }

  close(): Promise<void> {
    return this.options.client.end();
  }

  private async submit(sql: string): Promise<string | undefined> {
    const { warehouse, database, dbUser, newId } = this.options;
    const request = { id: newId(), database, dbUser, sqls: [sql], mode: 'single' as const, parameters: [] };
    return (await warehouse.begin(request).outcome).error;
  }
}

/** No statement of the solution's own list. */
const OF_REDSHIFT =
  /^(?:\s|--.*\n|\/\*[\s\S]*?\*\/)*(?:create\s+(?:or\s+replace\s+)?external\s+function|drop\s+(?:function|procedure))\b/i;
