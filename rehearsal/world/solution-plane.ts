import type {
  SolutionDescription,
  SolutionStateMachine,
  SolutionWarehouse,
} from '../aws/cloudformation/solution-stacks';
import { ApplicationAutoScaling } from '../aws/application-autoscaling/application-auto-scaling';
import { AutoScaling } from '../aws/autoscaling/auto-scaling';
import { Ecs } from '../aws/ecs/ecs';
import { ElasticLoadBalancing } from '../aws/elasticloadbalancing/elastic-load-balancing';
import { EmrServerless } from '../aws/emr-serverless/emr-serverless';
import { EventBridge } from '../aws/events/events';
import { IngestionFleets } from '../aws/ingestion-fleet/fleets';
import type { SimulatedService } from '../aws/service';
import type { VirtualClock } from '../clock';
import type { ForeignWork } from '../engine';
import type { SolutionLifeHooks } from '../solution/pipeline-life';
import { PostgresWarehouse } from '../warehouse/postgres/statements';
import { ACCOUNT_ID, type Account } from './account';
import { clearExpiredWorkflow } from './clear-expired-workflow';
import type { DataPlane } from './data-plane';
import { DataProcessing } from './data-processing';
import { loadWorkflow } from './load-workflow';
import { refreshWorkflow } from './refresh-workflow';
import { scanWorkflow } from './scan-workflow';
import { SchemaWorkflows } from './schema/workflows';

export interface SolutionPlaneOptions {
  clock: VirtualClock;
  account: Account;
  /** The world as it is before an upgrade. */
  description: SolutionDescription;
  data: DataPlane;
  newId: () => string;
}

/** What stands behind the solution's stacks: warehouses, workflows, fleets, data processing; and what an upgrade makes of it. */
export class SolutionPlane {
  /** Services that only the solution's own parts need. */
  readonly services: readonly SimulatedService[];
  readonly processing: DataProcessing;
  readonly events: EventBridge;
  readonly emr: EmrServerless;
  readonly fleets: IngestionFleets;

  /** The workflows that create the schemas of apps. */
  readonly schemas: SchemaWorkflows;

  constructor(private readonly options: SolutionPlaneOptions) {
    const { clock, account, data, description, newId } = options;
    this.fleets = new IngestionFleets({ clock, newId });
    for (const fleet of account.solution.fleets) this.fleets.add(fleet);
    const [events, emr] = [new EventBridge(clock), new EmrServerless(clock)];
    this.events = events;
    this.emr = emr;
    this.services = [
      events,
      emr,
      new Ecs(this.fleets),
      new AutoScaling(this.fleets),
      new ApplicationAutoScaling(this.fleets),
      new ElasticLoadBalancing(this.fleets),
    ];
    this.processing = new DataProcessing({
      clock,
      description,
      events,
      emr,
      startExecution: (stateMachineArn) => void account.engine.startExecution({ stateMachineArn }),
    });
    this.schemas = new SchemaWorkflows({
      clock,
      engine: account.engine,
      buckets: account.buckets,
      schemaList: (appId) => data.schemaList(appId),
      openSession: (projectId) => data.schemaSession(projectId, newId),
      pipelineOf: (projectId) => this.schemaPipeline(projectId),
    });
  }

  /** What happens in the world when the solution's stacks are upgraded. */
  get hooks(): SolutionLifeHooks {
    return {
      registerMachines: (machines) => this.registerMachines(machines),
      onStackUpdated: (projectId, stackType, version) => this.stackUpdated(projectId, stackType, version),
      onStackCleanedUp: (projectId, stackType) => this.fleets.onStackCleanedUp(projectId, stackType),
    };
  }

  /** Makes every warehouse known to the services that speak of it. Projects may share one. */
  connectWarehouses(): void {
    const { account, data } = this.options;
    const known = new Set<string>();
    for (const warehouse of account.solution.warehouses) {
      const { region, mode, name, projectId, workflowFiles } = warehouse;
      if (account.buckets.find(workflowFiles.bucket) === undefined)
        account.buckets.create(workflowFiles.bucket, region);
      const kind = mode === 'Provisioned' ? 'cluster' : 'workgroup';
      const place = { region, accountId: ACCOUNT_ID, kind, name } as const;
      const target = data.warehouse(projectId);
      if (target.warehouse instanceof PostgresWarehouse) target.warehouse.externalFunctions = account.udfs.of(place);
      if (known.has(`${region}/${name}`)) continue;
      known.add(`${region}/${name}`);
      account.data.targets.add({ ...place, ...target });
      if (kind === 'cluster') this.addCluster(warehouse);
      else this.addWorkgroup(warehouse);
    }
  }

  /** Machines that stand in a project's stacks; known ones keep their executions. */
  registerMachines(machines: readonly SolutionStateMachine[]): void {
    const { engine } = this.options.account;
    for (const { kind, arn, name, tags, projectId } of machines) {
      if (kind === 'stack-workflow') continue;
      const run = this.workOf(kind, arn, name, projectId);
      engine.registerForeignMachine({ arn, name, tags, run });
    }
  }

  private workOf(
    kind: SolutionStateMachine['kind'],
    arn: string,
    name: string,
    projectId: string | undefined,
  ): ForeignWork {
    const { clock, account, data, newId } = this.options;
    if (kind === 'sql-execution' && projectId !== undefined) return this.schemas.work(projectId);
    const where = account.solution.warehouses.find((warehouse) => warehouse.projectId === projectId);
    if (kind === 'refresh-views' && where !== undefined) {
      const { warehouse } = data.warehouse(where.projectId);
      return refreshWorkflow({ clock, where, warehouse, newId, running: () => this.runningOf(arn) });
    }
    if (kind === 'scan-metadata') return scanWorkflow({ clock });
    if (kind === 'clear-expired') return clearExpiredWorkflow({ clock });
    if (kind === 'load-data' && projectId !== undefined) {
      return loadWorkflow({
        clock,
        projectId,
        pending: this.processing.pending,
        running: () => this.runningOf(arn),
        startScan: () => this.start('scan-metadata', projectId),
      });
    }
    return () => Promise.reject(new Error(`The rehearsal does not simulate the workflow ${name}`));
  }

  private stackUpdated(projectId: string, stackType: string, version: string): void {
    this.processing.pipelineUpgraded(projectId, stackType, version);
    this.fleets.onStackUpdated(projectId, stackType, version);
    if (stackType !== 'DataModelingRedshift') return;
    const { solution } = this.options.account;
    const warehouse = solution.warehouses.find((candidate) => candidate.projectId === projectId);
    const hasWorkflow = solution.stateMachines.some(
      (one) => one.kind === 'sql-execution' && one.projectId === projectId,
    );
    if (warehouse === undefined || !hasWorkflow) return;
    this.schemas.stackUpdated({ projectId, appIds: warehouse.schemas, version });
  }

  private schemaPipeline(projectId: string): { stateMachineArn: string; files: SolutionWarehouse['workflowFiles'] } {
    const { solution } = this.options.account;
    const machine = solution.stateMachines.find((one) => one.kind === 'sql-execution' && one.projectId === projectId);
    const warehouse = solution.warehouses.find((candidate) => candidate.projectId === projectId);
    if (machine === undefined || warehouse === undefined)
      throw new Error(`Project ${projectId} has no schema workflow`);
    return { stateMachineArn: machine.arn, files: warehouse.workflowFiles };
  }

  private start(kind: SolutionStateMachine['kind'], projectId: string): void {
    const { engine, solution } = this.options.account;
    const machine = solution.stateMachines.find((one) => one.kind === kind && one.projectId === projectId);
    if (machine !== undefined) engine.startExecution({ stateMachineArn: machine.arn });
  }

  private runningOf(stateMachineArn: string): string[] {
    const { executions } = this.options.account.engine.listExecutions({ stateMachineArn, statusFilter: 'RUNNING' });
    return executions.map(({ executionArn }) => String(executionArn));
  }

  private addCluster({ region, name }: SolutionWarehouse): void {
    this.options.account.clusters.add({
      region,
      identifier: name,
      nodeType: 'ra3.xlplus',
      numberOfNodes: 2,
      createdMs: this.createdMs,
    });
  }

  private addWorkgroup({ region, name, arn, projectId }: SolutionWarehouse): void {
    const redshift = this.options.description.projects.find((project) => project.projectId === projectId)?.redshift;
    const limit = redshift?.mode === 'New_Serverless' ? redshift.queryLimitSeconds : undefined;
    this.options.account.workgroups.add({
      region,
      name,
      arn,
      namespaceName: name,
      baseCapacityRpu: 32,
      createdMs: this.createdMs,
      parameters: {
        max_query_execution_time: String(limit ?? FRESH_QUERY_LIMIT_SECONDS),
        datestyle: 'ISO, MDY',
        search_path: '$user, public',
      },
    });
  }

  private get createdMs(): number {
    return this.options.account.solution.stacks[0]?.createdMs ?? 0;
  }
}

/** What a fresh workgroup has. Source: go-to-k/cdk-real-drift, pull request 1441 */
const FRESH_QUERY_LIMIT_SECONDS = 14_400;
