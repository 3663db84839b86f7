import type { PolicyDocument } from '../../../template/deployment';
import type { FleetDescription } from '../../ingestion-fleet/description';
import type { RegisteredFunction } from '../../lambda/functions-api';
import type { SimulatedStack } from '../stacks';
import type { RedshiftChoice } from './description';
import type { SolutionProcessing } from './processing';

/** Everything of the solution that an embedded account holds: hand each part to the service that simulates it. */
export interface Solution {
  stacks: SimulatedStack[];
  functions: RegisteredFunction[];
  tables: SolutionTable[];
  roles: SolutionRole[];
  /** The solution's own workflows; what they do is given by the scenario. */
  stateMachines: SolutionStateMachine[];
  warehouses: SolutionWarehouse[];
  /** Data processing of the projects that have some. */
  processing: SolutionProcessing[];
  /** Servers of the projects that have some. */
  fleets: FleetDescription[];
}

export interface SolutionTable {
  region: string;
  arn: string;
  /** As CreateTable takes it. */
  createTable: Record<string, unknown> & { TableName: string };
  /** Plain JSON. */
  items: Record<string, unknown>[];
}

export interface SolutionRole {
  name: string;
  arn: string;
  trustPolicy: PolicyDocument;
  policies: { name: string; document: PolicyDocument }[];
}

export type WorkflowKind =
  'load-data' | 'refresh-views' | 'refresh-procedures' | 'scan-metadata' | 'clear-expired' | 'sql-execution';

export interface SolutionStateMachine {
  kind: WorkflowKind | 'stack-workflow' | 'stack-action';
  region: string;
  name: string;
  arn: string;
  /** As ListTagsForResource answers them. */
  tags: { key: string; value: string }[];
  /** Undefined for the console's own. */
  projectId?: string;
}

/** Where a project's data lies. */
export interface SolutionWarehouse {
  projectId: string;
  region: string;
  mode: RedshiftChoice['mode'];
  /** Workgroup name or cluster identifier. */
  name: string;
  arn: string;
  /** Database; one schema an app. */
  database: string;
  schemas: string[];
  /** Role under which the solution talks to the Data API. */
  dataApiRoleArn: string;
  /** Database user behind that role: it owns database, schemas and objects. */
  dbUser: string;
  /** Whether that user is a superuser; of a workgroup it never is. */
  isSuperuser: boolean;
  /** Role that made the namespace, where the solution did: its database user is a superuser. */
  adminRoleArn?: string;
  /** Where the solution's workflows of this warehouse keep their files. */
  workflowFiles: { bucket: string; prefix: string };
}
