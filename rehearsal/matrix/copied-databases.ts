import { Client, escapeIdentifier } from 'pg';
import { startPostgres, type PostgresServer } from '../warehouse/postgres/server';
import { PostgresData, type PostgresDataOptions } from '../world/postgres-data';

/** One copy of a kind's databases, while a world has it. */
interface Copy {
  prefix: string;
  databases: string[];
  /** What they hold in the end is what worlds of this kind begin with. */
  keptAs?: string;
}

/**
 * One PostgreSQL server for many worlds. The databases of a kind of world are filled once; every world of that kind gets
 * copies of its own, which takes a moment.
 */
export class CopiedDatabases {
  private readonly filled = new Map<string, Promise<void>>();
  private readonly copies = new Map<PostgresData, Copy>();
  private made = 0;

  private constructor(private readonly server: PostgresServer) {}

  static async start(): Promise<CopiedDatabases> {
    return new CopiedDatabases(await startPostgres());
  }

  /**
   * The warehouses of a new world; its databases go when it is put away.
   *
   * @param kind worlds of the same kind begin with the same data
   */
  async world(kind: string, options: PostgresDataOptions): Promise<PostgresData> {
    let filling = this.filled.get(kind);
    if (filling === undefined) {
      filling = this.fill(kind, options);
      this.filled.set(kind, filling);
    }
    await filling;
    this.made += 1;
    const copy: Copy = { prefix: `w${String(this.made)}_`, databases: [] };
    for (const { database, dbUser } of options.warehouses) {
      copy.databases.push(database);
      await this.copy(`${kind}_`, copy.prefix, database, dbUser);
    }
    const data: PostgresData = new PostgresData(
      this.view(copy.prefix, () => this.end(data, copy)),
      options,
    );
    this.copies.set(data, copy);
    return data;
  }

  /** What a world's databases hold when it is put away is what worlds of another kind begin with. */
  keep(data: PostgresData, kind: string): void {
    const copy = this.copies.get(data);
    if (copy === undefined) throw new Error('These databases are no copies');
    copy.keptAs = kind;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private async fill(kind: string, options: PostgresDataOptions): Promise<void> {
    // Nobody may be connected to what is copied: they are put away, and stay.
    const data: PostgresData = new PostgresData(
      this.view(`${kind}_`, () => Promise.resolve()),
      options,
    );
    await data.fill();
    await data.dispose();
  }

  private async end(data: PostgresData, { prefix, databases, keptAs }: Copy): Promise<void> {
    this.copies.delete(data);
    for (const database of databases) {
      if (keptAs !== undefined) await this.server.createDatabase(`${keptAs}_${database}`, prefix + database);
      await this.server.dropDatabase(prefix + database);
    }
    if (keptAs !== undefined) this.filled.set(keptAs, Promise.resolve());
  }

  /** What belongs to the database and is not in it is not copied. Source: PostgreSQL manual, CREATE DATABASE */
  private async copy(from: string, to: string, database: string, owner: string): Promise<void> {
    await this.server.createDatabase(to + database, from + database);
    const client = new Client({ connectionString: this.server.url(to + database) });
    await client.connect();
    try {
      const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
      const name = escapeIdentifier(rows[0]?.name ?? '');
      await client.query(`ALTER DATABASE ${name} OWNER TO ${escapeIdentifier(owner)}`);
      await client.query(`ALTER DATABASE ${name} SET timezone TO 'UTC'`);
    } finally {
      await client.end();
    }
  }

  /** The server as one world sees it. */
  private view(prefix: string, stop: () => Promise<void>): PostgresServer {
    const { server } = this;
    const named = (database: string): string => (database === 'postgres' ? database : prefix + database);
    return {
      host: server.host,
      port: server.port,
      superuser: server.superuser,
      url: (database) => server.url(named(database)),
      createDatabase: (database, template) =>
        server.createDatabase(named(database), template === undefined ? undefined : named(template)),
      dropDatabase: (database) => server.dropDatabase(named(database)),
      stop,
    };
  }
}
