import type * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever } from '../shared/errors';
import { readRoot } from '../shared/guardian/root-record';
import { DEAD, describeRoot, isStillDead, ROOT_RUNS, type RootState } from '../shared/guardian/root-state';
import { lockKey, lockRecord } from '../shared/lock';
import type { Plan } from '../shared/plan/plan';
import { readPlan } from '../shared/plan/store';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import type { environment } from './schema';

type Nothing = Record<string, never>;

/** What is put back of a project: each in a child execution of its own, so that neither waits for the other. */
export interface Item {
  region: string;
  projectId: string;
  /** `data`: statements, capacity, processing. */
  part: 'data' | 'ingestion';
}

export interface Result {
  /** What the guardian works by; absent where it only notifies. */
  plan?: string;
  items: Item[];
}

export type Finding =
  /** It runs again, or another guardian's turn has come. */
  | { is: 'going on' }
  /** Step Functions does not show the end yet that it has told of. */
  | { is: 'late' }
  /** Nothing of it can be held. */
  | { is: 'nothing held'; why: string }
  | { is: 'dead'; plan: string };

export interface Seen {
  state: RootState;
  /** Redrives of the root when it ended as the event says. */
  redrivesThen: number;
  /** Plan that it took the lock with. */
  plan: string | undefined;
  ownsLock: boolean;
}

/** Pure. DescribeExecution is eventually consistent: RUNNING without a further redrive is the past. */
export function decide({ state, redrivesThen, plan, ownsLock }: Seen): Finding {
  if (!isStillDead(state, redrivesThen)) {
    const past = state.redrives <= redrivesThen && !DEAD.includes(state.status) && state.status !== 'SUCCEEDED';
    return past ? { is: 'late' } : { is: 'going on' };
  }
  if (plan === undefined) return { is: 'nothing held', why: 'it ended before it took the lock' };
  if (!ownsLock) return { is: 'nothing held', why: 'it does not have the lock' };
  return { is: 'dead', plan };
}

const LATE_SECONDS = 10;

/** One pass of *Look at the root*: whether there is anything to put back, and in which projects. */
export async function converge(
  request: StepRequest<Nothing, Nothing>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Nothing, Result>> {
  const { PLAN_BUCKET: bucket, STATE_TABLE: tableName } = tools.environment;
  const { root } = request;
  const table = new StateTable(tableName);
  const [state, record] = await Promise.all([describeRoot(root.id), readRoot(table, root.id)]);
  const lock = record === undefined ? undefined : await table.get(lockKey(record.console), lockRecord);
  const ownsLock = lock?.state === 'held' && lock.owner === root.id;
  const finding = decide({ state, redrivesThen: root.redrive, plan: record?.plan, ownsLock });
  switch (finding.is) {
    case 'going on':
      return { status: 'DONE', result: { items: [] }, summary: ROOT_RUNS };
    case 'late':
      return {
        status: 'IN_PROGRESS',
        waitSeconds: LATE_SECONDS,
        summary: `Step Functions still shows the root as ${state.status}`,
      };
    case 'nothing held':
      return { status: 'DONE', result: { items: [] }, summary: `there is nothing to put back: ${finding.why}` };
    case 'dead': {
      const items = itemsOf(await readPlan(bucket, finding.plan));
      const projects = new Set(items.map(({ projectId }) => projectId)).size;
      return {
        status: 'DONE',
        result: { plan: finding.plan, items },
        summary: `the root is ${state.status}; ${manyText(projects, 'project')} to be put back`,
      };
    }
    default:
      return assertNever(finding);
  }
}

/** Pure. A clean-up pauses, scales and suspends nothing, and its statements take seconds. */
export function itemsOf({ kind, projects }: Pick<Plan, 'kind' | 'projects'>): Item[] {
  if (kind === 'cleanup') return [];
  return projects
    .filter(({ decision }) => decision === 'work')
    .flatMap(({ region, projectId, steps }): Item[] => {
      const replaces = steps.some(({ step, decision }) => step === REPLACE && decision === 'do');
      const data: Item = { region, projectId, part: 'data' };
      return replaces ? [{ region, projectId, part: 'ingestion' }, data] : [data];
    });
}

const REPLACE = 'Replace ingestion instances';
