import { Client } from 'pg';
import type { SolutionWarehouse } from '../aws/cloudformation/solution-stacks';
import type { VirtualClock } from '../clock';
import { generateLegacyData } from '../warehouse/generator/legacy-data';
import { newPipelineRows } from '../warehouse/generator/pipeline-rows';
import { createLegacySchema } from '../warehouse/legacy/schema';
import { createProjectDatabase } from '../warehouse/postgres/project-database';
import { startPostgres, type PostgresServer } from '../warehouse/postgres/server';
import { PostgresWarehouse } from '../warehouse/postgres/statements';
import { migrationTruth, type MigrationTruth } from '../warehouse/truth';
import { clientFor } from '../warehouse/postgres/users';
import { createV2Schema, installStandIns, schemaList, type SchemaListOptions } from '../warehouse/v2';
import type { EvidenceSource } from '../aws/redshift-data/targets';
import type { DataPlane } from './data-plane';
import { createDatabaseUsers, SOLUTION_ROLE } from './database-users';
import { appsOf, DAY_MS, pipelineStateOf, schemaOf, type AppRef, type WorldDescription } from './description';
import { PostgresSchemaSession } from './schema/postgres-session';
import type { SchemaSession } from './schema/session';

/**
 * - `legacy`: the pipeline is of 1.1.5 or before, only the legacy tables exist;
 * - `upgraded`: the v2 schema is there, and the new pipeline has been loading for a day.
 */
export type PipelineState = 'legacy' | 'upgraded';

export interface PostgresDataOptions {
  description: WorldDescription;
  startMs: number;
  clock: VirtualClock;
  /** Of all projects, as the solution has them. */
  warehouses: readonly SolutionWarehouse[];
  onProgress?: (done: number, total: number) => void;
}

/** A new server with one database a project and one filled schema an app. */
export async function createPostgresData(options: PostgresDataOptions): Promise<PostgresData> {
  const server = await startPostgres();
  const data = new PostgresData(server, options);
  try {
    await data.fill();
    return data;
  } catch (error) {
    await data.dispose();
    throw error;
  }
}

/** Warehouses in PostgreSQL, and superuser connections for faults, repairs and proofs. */
export class PostgresData implements DataPlane {
  private readonly warehouses = new Map<string, PostgresWarehouse>();
  private readonly clients = new Map<string, Promise<Client>>();
  /** Connections of the solution's schema workflows. */
  private readonly sessions = new Set<Client>();
  private disposed: Promise<void> | undefined;

  constructor(
    private readonly server: PostgresServer,
    private readonly options: PostgresDataOptions,
  ) {
    // Projects that share a workgroup or a cluster share whatever disturbs and limits it.
    const shared = new Map<string, PostgresWarehouse>();
    const { clock, description, warehouses } = options;
    const { pythonUdfs = 'alive' } = description;
    for (const { projectId, region, mode, name } of warehouses) {
      const key = `${region}/${mode === 'Provisioned' ? 'cluster' : 'workgroup'}/${name}`;
      const warehouse = shared.get(key) ?? new PostgresWarehouse({ server, clock, pythonUdfs });
      shared.set(key, warehouse);
      this.warehouses.set(projectId, warehouse);
    }
  }

  warehouse(projectId: string): { warehouse: PostgresWarehouse; evidence: EvidenceSource } {
    const warehouse = this.warehouses.get(projectId);
    if (warehouse === undefined) throw new Error(`Project ${projectId} has no warehouse`);
    return { warehouse, evidence: warehouse };
  }

  /** A superuser's connection to a project's database; closed with the world. Not for two transactions at once. */
  client(projectId: string): Promise<Client> {
    let client = this.clients.get(projectId);
    if (client === undefined) {
      client = this.connect(projectId);
      this.clients.set(projectId, client);
    }
    return client;
  }

  schemaList(appId: string): string[] {
    return schemaList(this.schemaOptions(appId));
  }

  async schemaSession(projectId: string, newId: () => string): Promise<SchemaSession> {
    const { warehouse } = this.warehouse(projectId);
    const where = this.options.warehouses.find((each) => each.projectId === projectId);
    if (where === undefined) throw new Error(`Project ${projectId} has no warehouse`);
    const { database, dbUser } = where;
    await installStandIns(await this.client(projectId));
    const client = clientFor(this.server, database, dbUser, this.settings());
    // Told to whoever asks next; without a listener a server that goes away would end the process.
    client.on('error', () => undefined);
    client.once('end', () => this.sessions.delete(client));
    this.sessions.add(client);
    await client.connect();
    return new PostgresSchemaSession({ client, warehouse, database, dbUser, newId });
  }

  async truth({ projectId, appId }: AppRef, cutoffMs: number): Promise<MigrationTruth> {
    return migrationTruth(await this.client(projectId), { schema: schemaOf(appId), cutoffMs });
  }

  async migrated({ projectId, appId }: AppRef): Promise<number> {
    const { warehouse } = this.warehouse(projectId);
    // From the log: counting millions of rows again and again would slow down what is counted.
    const rows = await warehouse.inspect(
      projectId,
      `SELECT coalesce(sum(substring(log_msg FROM '^insert ([0-9]+) to event_v2')::bigint), 0)::float8 AS migrated
       FROM "${schemaOf(appId)}".clickstream_log_v2 WHERE log_msg LIKE 'insert % to event_v2%'`,
    );
    return Number(rows[0]?.['migrated'] ?? 0);
  }

  dispose(): Promise<void> {
    this.disposed ??= this.end();
    return this.disposed;
  }

  /** Makes and fills everything; projects at the same time, for they share nothing. */
  async fill(): Promise<void> {
    const { description, warehouses, onProgress } = this.options;
    const apps = appsOf(description);
    const done = new Map<AppRef, number>();
    const report = (app: AppRef, events: number): void => {
      done.set(app, events);
      onProgress?.(
        [...done.values()].reduce((sum, count) => sum + count, 0),
        apps.reduce((sum, { events: count }) => sum + count, 0),
      );
    };
    await createDatabaseUsers(this.server, warehouses);
    await Promise.all(
      warehouses.map(async (warehouse) => {
        const { projectId, dbUser, database, adminRoleArn } = warehouse;
        // The solution gives its role to its user where it administers the namespace.
        const role = adminRoleArn === undefined ? {} : { role: SOLUTION_ROLE };
        await createProjectDatabase(this.server, { database, owner: dbUser, monitor: true, ...role });
        for (const app of apps.filter((each) => each.projectId === projectId)) {
          await this.fillApp(app, dbUser, (events) => report(app, events));
        }
      }),
    );
  }

  private async fillApp(app: AppRef, owner: string, onEvents: (events: number) => void): Promise<void> {
    const { description, startMs } = this.options;
    const { seed, days } = description;
    const pipeline = pipelineStateOf(description);
    const client = await this.client(app.projectId);
    const schema = schemaOf(app.appId);
    // The legacy pipeline stopped loading a day ago, and the window reaches one day past the cutoff.
    const endMs = pipeline === 'upgraded' ? startMs - DAY_MS : startMs;
    await createLegacySchema(client, { schema, owner });
    await generateLegacyData(client, {
      schema,
      appId: app.appId,
      projectId: app.projectId,
      seed,
      events: app.events,
      endMs,
      days,
      userView: 'stale',
      onProgress: onEvents,
    });
    if (pipeline === 'legacy') return;
    await createV2Schema(client, { ...this.schemaOptions(app.appId), owner });
    const loaded = Math.max(40, Math.round(app.events / 40));
    await newPipelineRows(client, {
      schema,
      appId: app.appId,
      projectId: app.projectId,
      seed,
      events: loaded,
      fromMs: endMs,
      toMs: startMs,
    });
  }

  private schemaOptions(appId: string): SchemaListOptions {
    const { batchLimit } = this.options.description;
    return { schema: schemaOf(appId), ...(batchLimit === undefined ? {} : { batchLimit }) };
  }

  /** Defaults such as created_time tell the time of the world, which stands still while it is made. */
  private settings(): Record<string, string | number> {
    return { 'rehearsal.clock_offset_ms': this.options.clock.offsetToRealMs(), timezone: 'UTC' };
  }

  private async connect(projectId: string): Promise<Client> {
    const options = Object.entries(this.settings()).map(([name, value]) => `-c ${name}=${value}`);
    const client = new Client({ connectionString: this.server.url(projectId), options: options.join(' ') });
    // Told to whoever asks next; without a listener a server that goes away would end the process.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  private async end(): Promise<void> {
    await Promise.allSettled([...this.warehouses.values()].map((warehouse) => warehouse.close()));
    await Promise.allSettled([...this.sessions].map((client) => client.end()));
    await Promise.allSettled([...this.clients.values()].map(async (client) => (await client).end()));
    await this.server.stop();
  }
}
