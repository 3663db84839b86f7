import type { Buckets } from '../../aws/s3/buckets';
import type { VirtualClock } from '../../clock';
import type { ForeignCall, ForeignWork, StepFunctionsEngine } from '../../engine';
import { isPython, pythonFunction } from '../../warehouse/v2';
import { schemaOf } from '../description';
import { waits } from '../waits';
import { deleteLists, putList, readEntry, type ListFolder } from './list-objects';
import type { SchemaSession } from './session';

export interface SchemaWorkflowOptions {
  clock: VirtualClock;
  engine: Pick<StepFunctionsEngine, 'startExecution'>;
  buckets: Buckets;
  /** The statements that make an app's schema. */
  schemaList: (appId: string) => string[];
  /** As whom, and where, the workflow of a project runs them. */
  openSession: (projectId: string) => Promise<SchemaSession>;
  /** A project's workflow, and where the solution keeps its files. */
  pipelineOf: (projectId: string) => { stateMachineArn: string; files: ListFolder };
}

/** An execution with its some sixty statements lasts six minutes. */
const STATEMENT_MS = 6_000;
/** The first entry after the tables. */
const AFTER_TABLES = 7;
/** Between two apps the custom resource waits. */
const BETWEEN_APPS_MS = 1_000;

/**
 * The solution's SQLExecution workflows: one execution an app, started by the Redshift stack's custom resource, which does
 * not wait for them. They run the list entry by entry; the first that fails ends the execution, and what was made stays.
 * Source: awslabs/clickstream-analytics-on-aws, create-schemas.ts, sql-execution-workflow.ts and sql-execution-step-fn.ts
 */
export class SchemaWorkflows {
  private readonly failures = new Map<string, string[]>();
  /** By app: Python functions that its list has beside those of the release. */
  private readonly others = new Map<string, string[]>();
  /** By project: release that its schema was last brought to. */
  private readonly versions = new Map<string, string>();
  private changed = true;

  constructor(private readonly options: SchemaWorkflowOptions) {}

  /** The next run for an app fails so after its tables, and the one after it does not. Planned twice, two runs in a row fail. */
  failOnce(appId: string, cause: string): void {
    this.failures.set(appId, [...(this.failures.get(appId) ?? []), cause]);
  }

  /** The releases have the same schema: an upgrade starts no execution for apps that are there already. */
  schemaUnchanged(): void {
    this.changed = false;
  }

  /** From the next start on an app's list has one more Python function, after the others: a release that nobody knows. */
  addPythonFunction(appId: string, name: string): void {
    this.others.set(appId, [...(this.others.get(appId) ?? []), name]);
  }

  /** A lifecycle rule deletes the objects of every list of a project. @returns how many there were */
  expireLists(projectId: string): number {
    return deleteLists(this.options.buckets, this.options.pipelineOf(projectId).files, projectId);
  }

  /**
   * What the custom resource does when the Redshift stack is updated: CloudFormation calls it where its properties change,
   * of which the hash of the release's schema is one. An update that changes something else starts nothing.
   */
  stackUpdated(project: { projectId: string; appIds: readonly string[]; version: string }): void {
    const { projectId, appIds, version } = project;
    if (!this.changed || this.versions.get(projectId) === version) return;
    this.versions.set(projectId, version);
    this.startFor(projectId, appIds);
  }

  /** Starts an execution for each of the apps, as any later update with a new app or another schema does. */
  startFor(projectId: string, appIds: readonly string[]): void {
    const { clock } = this.options;
    const startMs = clock.now();
    appIds.forEach((appId, index) => {
      clock.at(startMs + index * BETWEEN_APPS_MS, () => this.start(projectId, appId));
    });
  }

  /** The workflow of one project's warehouse. */
  work(projectId: string): ForeignWork {
    return async (input, { executionArn, signal, answered }) => {
      const { clock, buckets, openSession, pipelineOf } = this.options;
      const entries = entriesOf(input);
      const failure = this.failures.get(appOf(executionArn))?.shift();
      const session = await openSession(projectId);
      try {
        for (const [index, entry] of entries.entries()) {
          await waits(clock, STATEMENT_MS, signal);
          if (failure !== undefined && index === Math.min(AFTER_TABLES, entries.length - 1))
            throw failed(failure, answered);
          const error = await session.execute(readEntry(buckets, pipelineOf(projectId).files, entry));
          if (error !== undefined && !error.includes('already exists')) throw failed(error, answered);
        }
      } finally {
        await session.close();
      }
      return {};
    };
  }

  private start(projectId: string, appId: string): void {
    const { clock, engine, buckets, pipelineOf } = this.options;
    const { stateMachineArn, files } = pipelineOf(projectId);
    // Nineteen characters without a hyphen: 20260615T093000000Z.
    const stamp = new Date(clock.now()).toISOString().replaceAll(/[-:.]/g, '');
    const sqls = putList(buckets, files, { projectId, appId, stamp }, this.listOf(appId));
    const name = `${appId}-${stamp}-${String(sqls.length)}`;
    engine.startExecution({ stateMachineArn, name, input: JSON.stringify({ sqls }) });
  }

  private listOf(appId: string): string[] {
    const list = this.options.schemaList(appId);
    const after = list.findLastIndex(isPython) + 1;
    const others = (this.others.get(appId) ?? []).map((name) => pythonFunction(schemaOf(appId), name));
    return [...list.slice(0, after), ...others, ...list.slice(after)];
  }
}

function entriesOf(input: unknown): string[] {
  const { sqls } = (input ?? {}) as { sqls?: unknown };
  const isList = Array.isArray(sqls) && sqls.every((entry) => typeof entry === 'string');
  if (!isList) throw Object.assign(new Error('No list'), { error: 'States.Runtime', cause: NO_LIST });
  return sqls;
}

/** Source: Step Functions Developer Guide, a Map's ItemsPath */
const NO_LIST = 'Reference path "$.sqls" must point to array.';

/** An execution is for the app that its name begins with. */
function appOf(executionArn: string): string {
  const name = executionArn.slice(executionArn.lastIndexOf(':') + 1);
  return name.split('-')[0] ?? '';
}

/**
 * Its Fail state has neither error nor cause: only the answer of the last look at the statement has the database's words.
 * Source: awslabs/clickstream-analytics-on-aws, sql-execution-workflow.ts
 */
function failed(reason: string, answered: ForeignCall['answered']): Error {
  answered({ Payload: { status: 'FAILED', reason } });
  return Object.assign(new Error(reason), { error: '', cause: '' });
}
