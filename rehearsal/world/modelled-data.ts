import { evenHistogram, ModelledWarehouse, type WorkDone } from '../warehouse/modelled';
import type { MigrationTruth } from '../warehouse/truth';
import { schemaList } from '../warehouse/v2';
import type { DataPlane } from './data-plane';
import { appsOf, schemaOf, type AppRef } from './description';
import type { PostgresDataOptions } from './postgres-data';
import type { SchemaSession } from './schema/session';

/**
 * A modelled warehouse for each project, with the events of every app spread evenly over the days before the start.
 *
 * @param options.rpu capacity of each; the benchmark's 32 where it is left out
 */
export function createModelledData(options: PostgresDataOptions & { rpu?: number }): Promise<ModelledData> {
  return Promise.resolve(new ModelledData(options));
}

/** Warehouses that are models: hours pass in no time, and data are counts. */
export class ModelledData implements DataPlane {
  private readonly warehouses = new Map<string, { database: string; warehouse: ModelledWarehouse }>();

  constructor({ description, startMs, clock, warehouses, onProgress, rpu }: PostgresDataOptions & { rpu?: number }) {
    const apps = appsOf(description);
    for (const { projectId, database, dbUser } of warehouses) {
      const warehouse = new ModelledWarehouse({ clock, monitors: [dbUser], ...(rpu === undefined ? {} : { rpu }) });
      this.warehouses.set(projectId, { database, warehouse });
      for (const app of apps.filter((each) => each.projectId === projectId)) {
        warehouse.addApp(database, app.appId, evenHistogram(app.events, description.days, startMs));
      }
    }
    const total = apps.reduce((sum, { events }) => sum + events, 0);
    onProgress?.(total, total);
  }

  warehouse(projectId: string): { warehouse: ModelledWarehouse; evidence: ModelledWarehouse } {
    const { warehouse } = this.of(projectId);
    return { warehouse, evidence: warehouse };
  }

  schemaList(appId: string): string[] {
    return schemaList({ schema: schemaOf(appId) });
  }

  /** A model has nothing to create. */
  schemaSession(): Promise<SchemaSession> {
    return Promise.resolve({ execute: () => Promise.resolve(undefined), close: () => Promise.resolve() });
  }

  truth({ projectId, appId }: AppRef, cutoffMs: number): Promise<MigrationTruth> {
    const { database, warehouse } = this.of(projectId);
    return Promise.resolve(warehouse.truth(database, appId, cutoffMs));
  }

  async migrated(app: AppRef): Promise<number> {
    return (await this.truth(app, 0)).migratedEvents;
  }

  /** Modelled work of a project's warehouse. */
  workDone(projectId: string): WorkDone {
    return this.of(projectId).warehouse.workDone();
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  private of(projectId: string): { database: string; warehouse: ModelledWarehouse } {
    const found = this.warehouses.get(projectId);
    if (found === undefined) throw new Error(`Project ${projectId} has no warehouse`);
    return found;
  }
}
