import { readApproval, type ApprovalRecord } from '../shared/approval';
import { Journal, type JournalRecord } from '../shared/journal';
import { parityVerdict, parityVerdictKey, type ParityVerdict } from '../shared/parity-verdict';
import type { Plan, PlannedApp, PlannedProject } from '../shared/plan/plan';
import type { StateTable } from '../shared/state-table';
import { stepRecord, stepRecordKey, type RecordedTarget, type StepRecord } from '../shared/step-record';
import { APP_STATES, PROJECT_STATES, ROOT_STATES, statesOf, type ReportedState } from './steps';

/** Records by the name of the state that left them. */
export type Records = ReadonlyMap<string, StepRecord>;

export interface GatheredApp {
  app: PlannedApp;
  records: Records;
  /** The last call of a unit, by the name of its state, when this execution made it. */
  calls: ReadonlyMap<string, JournalRecord>;
  verdict: ParityVerdict | undefined;
}

export interface GatheredProject {
  project: PlannedProject;
  records: Records;
  apps: readonly GatheredApp[];
}

/** All that the state table knows of this execution. */
export interface Gathered {
  records: Records;
  /** The question whether the plan may be executed; absent where nobody was asked. */
  approval?: ApprovalRecord;
  projects: readonly GatheredProject[];
}

/** Reads at a time: as many as the SDK opens connections for. */
const WIDTH = 50;

/** Reads the records of everything the plan names: a key each, some thousands for the largest of upgrades. */
export async function gather(table: StateTable, plan: Plan, rootId: string): Promise<Gathered> {
  const reading = new Turns(WIDTH);
  const recordsOf = async (states: readonly ReportedState[], target: RecordedTarget): Promise<Records> => {
    const found = await Promise.all(
      statesOf(states, plan.kind).map(async ({ state, step, act }) => {
        const key = stepRecordKey(rootId, step, { ...target, ...(act === undefined ? {} : { act }) });
        return [state, await reading.take(() => table.get(key, stepRecord))] as const;
      }),
    );
    return present(found);
  };
  const callsOf = async (project: PlannedProject, { appId }: PlannedApp): Promise<GatheredApp['calls']> => {
    const { warehouse, projectId } = project;
    if (warehouse === undefined) return new Map();
    const found = await Promise.all(
      statesOf(APP_STATES, plan.kind).map(async ({ state, unit }) => {
        if (unit === undefined) return [state, undefined] as const;
        const journal = new Journal(table, { warehouse, database: projectId, schema: appId, name: unit });
        const record = await reading.take(() => journal.read());
        return [state, record?.root === rootId ? record : undefined] as const;
      }),
    );
    return present(found);
  };
  const gatherApp = async (project: PlannedProject, app: PlannedApp): Promise<GatheredApp> => {
    const target = { region: project.region, projectId: project.projectId, appId: app.appId };
    const verdict = await reading.take(() => table.get(parityVerdictKey(target), parityVerdict));
    if (app.decision === 'skip') return { app, records: new Map(), calls: new Map(), verdict };
    return {
      app,
      records: await recordsOf(APP_STATES, { projectId: project.projectId, appId: app.appId }),
      calls: await callsOf(project, app),
      verdict,
    };
  };
  const approval = plan.approval ? await readApproval(table, rootId, 'plan') : undefined;
  return {
    records: await recordsOf(ROOT_STATES, {}),
    ...(approval === undefined ? {} : { approval }),
    projects: await Promise.all(
      plan.projects.map(async (project) => ({
        project,
        records:
          project.decision === 'skip' ? new Map() : await recordsOf(PROJECT_STATES, { projectId: project.projectId }),
        apps: await Promise.all(project.apps.map((app) => gatherApp(project, app))),
      })),
    ),
  };
}

/** First beginning and last end of some records; undefined where there are none. */
export function spanOf(
  records: readonly Pick<StepRecord, 'startedMs' | 'endedMs'>[],
): { fromMs: number; toMs: number } | undefined {
  if (records.length === 0) return undefined;
  return records.reduce(
    ({ fromMs, toMs }, { startedMs, endedMs }) => ({
      fromMs: Math.min(fromMs, startedMs),
      toMs: Math.max(toMs, endedMs),
    }),
    { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY },
  );
}

function present<Value>(entries: readonly (readonly [string, Value | undefined])[]): Map<string, Value> {
  return new Map(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

/** Lets so many at a time do something. */
class Turns {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
