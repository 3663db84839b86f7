import { Client } from 'pg';
import { generateLegacyData } from '../../../../rehearsal/warehouse/generator/legacy-data';
import { createLegacySchema } from '../../../../rehearsal/warehouse/legacy/schema';
import { createProjectDatabase } from '../../../../rehearsal/warehouse/postgres/project-database';
import { startPostgres, type PostgresServer } from '../../../../rehearsal/warehouse/postgres/server';
import { createV2Schema } from '../../../../rehearsal/warehouse/v2';

export const OWNER = 'IAMR:ClickstreamDataApiRole';
const DATABASE = 'shop';
export const DAY_MS = 86_400_000;

export interface LogRow {
  log_name: string;
  log_level: string;
  log_msg: string;
}

/** A server with one project's database, and apps in it. */
export class TestWarehouse {
  private readonly clients: Client[] = [];
  private count = 0;

  private constructor(
    private readonly server: PostgresServer,
    /** Superuser. */
    readonly admin: Client,
  ) {}

  static async start(): Promise<TestWarehouse> {
    const server = await startPostgres();
    await createProjectDatabase(server, { database: DATABASE, owner: OWNER });
    const admin = new Client({ connectionString: server.url(DATABASE) });
    await admin.connect();
    return new TestWarehouse(server, admin);
  }

  async stop(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.end()));
    await this.admin.end();
    await this.server.stop();
  }

  /** A session of the Data API's database user. */
  async session(): Promise<Client> {
    const client = new Client({ connectionString: this.server.url(DATABASE) });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`set role "${OWNER}"`);
    this.clients.push(client);
    return client;
  }

  /** An app with legacy data of the last 30 days (and some older), its v2 objects made and empty. */
  async app(options: { events?: number; batchLimit?: number } = {}): Promise<TestApp> {
    this.count += 1;
    const schema = `app${this.count}`;
    await createLegacySchema(this.admin, { schema, owner: OWNER });
    await generateLegacyData(this.admin, {
      schema,
      projectId: DATABASE,
      seed: 11,
      events: options.events ?? 1000,
      endMs: Date.now(),
      days: 30,
    });
    const { batchLimit } = options;
    await createV2Schema(this.admin, { schema, owner: OWNER, ...(batchLimit === undefined ? {} : { batchLimit }) });
    return new TestApp(this.admin, await this.session(), schema);
  }
}

export class TestApp {
  constructor(
    private readonly admin: Client,
    /** A session of the owner, free for calls that last. */
    readonly session: Client,
    readonly schema: string,
  ) {}

  /** One CALL, as the Data API issues it: alone, outside a transaction block. */
  async call(procedure: string): Promise<void> {
    await this.session.query(`call ${this.schema}.${procedure}`);
  }

  /** Statements of the superuser; `$s` is the schema. */
  async run(sql: string): Promise<void> {
    await this.admin.query(this.inSchema(sql));
  }

  async rows<T extends object = Record<string, unknown>>(sql: string): Promise<T[]> {
    return (await this.admin.query<T>(this.inSchema(sql))).rows;
  }

  /** The one number a query answers. */
  async number(sql: string): Promise<number> {
    const { rows } = await this.admin.query<[string]>({ text: this.inSchema(sql), rowMode: 'array' });
    return Number(rows[0]?.[0]);
  }

  async log(where = 'true'): Promise<LogRow[]> {
    return this.rows<LogRow>(
      `select log_name, log_level, log_msg from $s.clickstream_log_v2 where ${where} order by id`,
    );
  }

  /** Messages of one procedure, in order. */
  async messages(name: string): Promise<string[]> {
    return (await this.log(`log_name = '${name}'`)).map((row) => row.log_msg);
  }

  /** Row counts of everything the migration writes but its log. */
  async counts(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const table of ['event_v2', 'user_v2', 'item_v2', 'session', 'tmp_backfill_trace']) {
      counts[table] = await this.number(`select count(*) from $s.${table}`);
    }
    return counts;
  }

  /** Process id of this app's session. */
  async pid(): Promise<number> {
    return Number((await this.session.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid);
  }

  /** Asks until the condition (a query for one boolean) holds; the test's own time-out bounds it. */
  async until(condition: string): Promise<void> {
    for (;;) {
      const { rows } = await this.admin.query<[boolean]>({ text: this.inSchema(condition), rowMode: 'array' });
      if (rows[0]?.[0] === true) return;
    }
  }

  private inSchema(sql: string): string {
    return sql.replaceAll('$s', this.schema);
  }
}
