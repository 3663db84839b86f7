import type { Target } from '../aws/redshift-data/targets';
import type { MigrationTruth } from '../warehouse/truth';
import type { AppRef } from './description';

/** The warehouses of a world: real ones in PostgreSQL, or modelled ones. */
export interface DataPlane {
  /** The warehouse of a project, and what proves calls right where it can. */
  warehouse(projectId: string): Pick<Target, 'warehouse' | 'evidence'>;
  /** Creates the new data model in an app's schema, as the solution's own workflow does; harmless when it is there. */
  installV2(projectId: string, appId: string): Promise<void>;
  /** Whether Redshift still creates Python functions in a project's warehouse. */
  acceptsPython(projectId: string): boolean;
  /** Legacy against migrated events, counted without the steps. */
  truth(app: AppRef, cutoffMs: number): Promise<MigrationTruth>;
  /** How many events the new table has got from the legacy one so far, for the progress line. */
  migrated(app: AppRef): Promise<number>;
  dispose(): Promise<void>;
}
