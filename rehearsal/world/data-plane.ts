import type { Target } from '../aws/redshift-data/targets';
import type { MigrationTruth } from '../warehouse/truth';
import type { AppRef } from './description';
import type { SchemaSession } from './schema/session';

/** The warehouses of a world: real ones in PostgreSQL, or modelled ones. */
export interface DataPlane {
  /** The warehouse of a project, and what proves calls right where it can. */
  warehouse(projectId: string): Pick<Target, 'warehouse' | 'evidence'>;
  /** The statements by which the solution makes an app's schema, in their order. */
  schemaList(appId: string): string[];
  /** What runs them in a project's warehouse. @param newId ids of Data API statements */
  schemaSession(projectId: string, newId: () => string): Promise<SchemaSession>;
  /** Legacy against migrated events, counted without the steps. */
  truth(app: AppRef, cutoffMs: number): Promise<MigrationTruth>;
  /** How many events the new table has got from the legacy one so far, for the progress line. */
  migrated(app: AppRef): Promise<number>;
  dispose(): Promise<void>;
}
