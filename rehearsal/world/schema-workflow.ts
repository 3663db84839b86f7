import type { VirtualClock } from '../clock';
import type { ForeignWork, StepFunctionsEngine } from '../engine';

export interface SchemaWorkflowOptions {
  clock: VirtualClock;
  engine: Pick<StepFunctionsEngine, 'startExecution'>;
  /** Creates what is new in an app's schema; does nothing where it is there already. */
  install: (projectId: string, appId: string) => Promise<void>;
  /** Redshift still creates Python functions in a project's warehouse. */
  acceptsPython: (projectId: string) => boolean;
}

/** Redshift's words for `LANGUAGE plpythonu` since it has ended them. */
const PYTHON_GONE = 'ERROR: Python UDFs are not supported anymore. Use Lambda UDFs instead.';

/** Some ninety statements, one after the other. */
const RUN_MS = 6 * 60_000;
/** The Python functions come after the tables. */
const UNTIL_PYTHON_MS = 90_000;
/** Between two apps the custom resource waits. */
const BETWEEN_APPS_MS = 1_000;

/**
 * The solution's SQLExecution workflows: one execution an app, started by the Redshift stack's custom resource, which does
 * not wait for them.
 * Source: awslabs/clickstream-analytics-on-aws, create-schemas.ts and sql-execution-workflow.ts
 */
export class SchemaWorkflows {
  private readonly failures = new Map<string, string[]>();
  /** By project: release that its schema was last brought to. */
  private readonly versions = new Map<string, string>();
  private changed = true;

  constructor(private readonly options: SchemaWorkflowOptions) {}

  /** The next run for an app fails so, and the one after it does not. Planned twice, two runs in a row fail. */
  failOnce(appId: string, cause: string): void {
    this.failures.set(appId, [...(this.failures.get(appId) ?? []), cause]);
  }

  /** The releases have the same schema: an upgrade starts no execution for apps that are there already. */
  schemaUnchanged(): void {
    this.changed = false;
  }

  /**
   * What the custom resource does when the Redshift stack is updated: CloudFormation calls it where its properties change,
   * of which the hash of the release's schema is one. An update that changes something else starts nothing.
   */
  stackUpdated(project: {
    projectId: string;
    appIds: readonly string[];
    stateMachineArn: string;
    version: string;
  }): void {
    const { clock, engine } = this.options;
    const { projectId, appIds, stateMachineArn, version } = project;
    if (!this.changed || this.versions.get(projectId) === version) return;
    this.versions.set(projectId, version);
    const startMs = clock.now();
    appIds.forEach((appId, index) => {
      const atMs = startMs + index * BETWEEN_APPS_MS;
      const stamp = new Date(atMs).toISOString().replaceAll(/[-:.]/g, '');
      const sqls = [`s3://solution-bucket/clickstream/tmp/${projectId}/sqls/${appId}-${String(atMs)}/0.sql`];
      const name = `${appId}-${stamp}-${String(index)}`;
      clock.at(atMs, () => engine.startExecution({ stateMachineArn, name, input: JSON.stringify({ sqls }) }));
    });
  }

  /** The workflow of one project's warehouse. */
  work(projectId: string): ForeignWork {
    return async (input, { signal }) => {
      const { clock, install, acceptsPython } = this.options;
      const appId = appOf(input);
      const failure = this.failures.get(appId)?.shift();
      const resume = clock.park();
      try {
        await clock.sleep(UNTIL_PYTHON_MS, signal);
        if (failure !== undefined) throw failed(failure);
        if (!acceptsPython(projectId)) throw failed(PYTHON_GONE);
        await clock.sleep(RUN_MS - UNTIL_PYTHON_MS, signal);
      } finally {
        resume();
      }
      await install(projectId, appId);
      return {};
    };
  }
}

/** An execution is for the app whose statements it is given. */
function appOf(input: unknown): string {
  const { sqls = [] } = (input ?? {}) as { sqls?: string[] };
  const appId = /\/sqls\/([^/-]+)-\d+\//.exec(sqls[0] ?? '')?.[1];
  if (appId === undefined) throw failed(`No app in ${JSON.stringify(input)}`);
  return appId;
}

function failed(cause: string): Error {
  return Object.assign(new Error(cause), { error: 'SQLExecutionFailed', cause });
}
