import type * as z from 'zod';
import { approvalKey, approvalRecord, type ApprovalRecord } from '../shared/approval';
import { journalKey, journalRecord, type JournalRecord } from '../shared/journal';
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

/** Answers with the record of a key, where there is one. */
type Read = <Schema extends z.ZodType>(key: string, schema: Schema) => z.infer<Schema> | undefined;

/** Reads the records of everything the plan names: a key each, some thousands for the largest of upgrades. */
export async function gather(table: StateTable, plan: Plan, rootId: string): Promise<Gathered> {
  const keys: string[] = [];
  arrange(plan, rootId, (key) => {
    keys.push(key);
    return undefined;
  });
  const items = await table.getAll(keys);
  return arrange(plan, rootId, (key, schema) => {
    const item = items.get(key);
    return item === undefined ? undefined : schema.parse(item);
  });
}

/** Puts records in their places. Which of them it asks for depends on the plan alone. */
function arrange(plan: Plan, rootId: string, read: Read): Gathered {
  const recordsOf = (states: readonly ReportedState[], target: RecordedTarget): Records =>
    present(
      statesOf(states, plan.kind).map(({ state, step, act }) => {
        const key = stepRecordKey(rootId, step, { ...target, ...(act === undefined ? {} : { act }) });
        return [state, read(key, stepRecord)];
      }),
    );
  const callsOf = ({ warehouse, projectId }: PlannedProject, { appId }: PlannedApp): GatheredApp['calls'] => {
    if (warehouse === undefined) return new Map();
    return present(
      statesOf(APP_STATES, plan.kind).map(({ state, unit }) => {
        if (unit === undefined) return [state, undefined];
        const key = journalKey({ warehouse, database: projectId, schema: appId, name: unit });
        const record = read(key, journalRecord);
        return [state, record?.root === rootId ? record : undefined];
      }),
    );
  };
  const arrangeApp = (project: PlannedProject, app: PlannedApp): GatheredApp => {
    const { region, projectId } = project;
    const { appId } = app;
    const verdict = read(parityVerdictKey({ region, projectId, appId }), parityVerdict);
    if (app.decision === 'skip') return { app, records: new Map(), calls: new Map(), verdict };
    return { app, records: recordsOf(APP_STATES, { projectId, appId }), calls: callsOf(project, app), verdict };
  };
  const approval = plan.approval ? read(approvalKey(rootId, 'plan'), approvalRecord) : undefined;
  return {
    records: recordsOf(ROOT_STATES, {}),
    ...(approval === undefined ? {} : { approval }),
    projects: plan.projects.map((project) => ({
      project,
      records: project.decision === 'skip' ? new Map() : recordsOf(PROJECT_STATES, { projectId: project.projectId }),
      apps: project.apps.map((app) => arrangeApp(project, app)),
    })),
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
