import { launchEmbeddedServer } from './embedded';
import { useForeignServer } from './foreign';

/** A running PostgreSQL server that stands in for Redshift. */
export interface PostgresServer {
  host: string;
  port: number;
  /** Superuser that needs no password (embedded), or the user of `REHEARSAL_DATABASE_URL`. */
  superuser: string;
  /** Connection URL of the superuser for a database; `postgres` always exists, others by `createDatabase`. */
  url(database: string): string;
  /**
   * Creates a UTF-8 database under the name by which `url` knows it: empty, or a copy of another one that nobody is
   * connected to.
   */
  createDatabase(database: string, template?: string): Promise<void>;
  /** Drops a database, whoever is connected to it. */
  dropDatabase(database: string): Promise<void>;
  /** Ends the server and removes its data; on somebody else's server drops our databases. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Folder in which the server's private temporary folder is made; the system's temporary folder by default. */
  directory?: string;
  /** Folder with PostgreSQL's `bin`, `lib` and `share` instead of the npm package's. */
  native?: string;
  /** Folder in which an empty cluster is kept for the next server; `.rehearsal` of the project by default. */
  archives?: string;
}

/**
 * Starts a PostgreSQL server of our own on a random loopback port, with an empty data directory, trusting every
 * user on loopback. It never outlives this process, however this process ends. `REHEARSAL_DATABASE_URL` (a
 * superuser's URL) uses that server instead.
 *
 * @throws Error with the server's own last words when it does not start
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const foreign = process.env['REHEARSAL_DATABASE_URL'];
  if (foreign !== undefined && foreign !== '') return useForeignServer(foreign);
  return launchEmbeddedServer(options);
}
