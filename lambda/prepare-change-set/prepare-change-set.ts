import type * as z from 'zod';
import { changesKey, writeApproved, type ChangesDocument } from '../shared/change-set/approved';
import { deleteChangeSet, type DescribedChangeSet } from '../shared/change-set/change-sets';
import { changeText, countsText, isRisky, riskyFirst, type Change } from '../shared/change-set/changes';
import { makeChangeSet } from '../shared/change-set/making';
import { changeSetName, changeSetPrefix } from '../shared/change-set/names';
import type { StepAnswer, StepRequest } from '../shared/contract';
import type { Plan } from '../shared/plan/plan';
import { readPlan, writeJson } from '../shared/plan/store';
import { findStack, isInProgress } from '../shared/solution/stacks';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import type { environment, progress, target } from './schema';

type Progress = z.infer<typeof progress>;
type Request = StepRequest<z.infer<typeof target>, Progress>;
type Answer = StepAnswer<Progress, Record<string, never>>;

/** An update of somebody else's takes minutes. */
const BUSY_GAP_SECONDS = 60;

/** Names shown in the summary; the rest are counted. */
const MOST_NAMED = 5;

/**
 * One pass of *Prepare the console change set*. The change set's name follows from root, plan and redrive, so that a pass
 * which was cut off finds what it had made; a redrive makes another one, because a failed change set cannot be mended.
 */
export async function converge(request: Request, tools: Tools<z.infer<typeof environment>>): Promise<Answer> {
  const { root, attempt } = request;
  const bucket = tools.environment.PLAN_BUCKET;
  const plan = await readPlan(bucket, root.plan);
  const { console } = plan;
  if (console.decision === 'skip') return { status: 'DONE', result: {}, summary: `skipped: ${console.reason}` };

  const stack = await findStack(console.region, console.stackId);
  if (stack !== undefined && isInProgress(stack)) {
    const summary = `waiting for stack ${console.stackName}, which is ${String(stack.StackStatus)}`;
    return { status: 'IN_PROGRESS', waitSeconds: BUSY_GAP_SECONDS, summary };
  }
  const name = changeSetName(root.id, plan.hash, `p${String(attempt.redrive)}`);
  const making = await makeChangeSet(console, { name, prefix: changeSetPrefix(root.id, plan.hash) });
  if (making.is === 'underway') {
    return { status: 'IN_PROGRESS', waitSeconds: making.waitSeconds, summary: making.summary };
  }
  const set = making.is === 'ready' ? making.set : undefined;
  const changes = riskyFirst(set?.changes ?? []);
  // The record is what an execution may rely on, so it comes last: it never tells of changes that nobody could read.
  await writeJson(bucket, changesKey(root.id), documentOf(plan, set, changes, request.now));
  await writeApproved(new StateTable(tools.environment.STATE_TABLE), {
    root: root.id,
    planHash: plan.hash,
    stackId: console.stackId,
    changeSet: name,
    nothing: set === undefined,
    changes,
    describedAtMs: request.now,
  });
  if (set === undefined) await deleteChangeSet(console, name);
  return {
    status: 'DONE',
    result: {},
    summary:
      set === undefined ? `${console.stackName}: the template changes nothing` : summaryOf(console.stackName, changes),
    facts: {
      changes: changes.length,
      risky: changes.filter(isRisky).length,
      ...(set === undefined ? {} : { changeSet: name }),
    },
  };
}

function documentOf(
  { hash, console }: Plan,
  set: DescribedChangeSet | undefined,
  changes: Change[],
  nowMs: number,
): ChangesDocument {
  const { stackName, stackId, targetVersion } = console;
  return {
    v: 1,
    planHash: hash,
    stackName,
    stackId,
    targetVersion,
    ...(set === undefined ? {} : { changeSet: { name: set.name, id: set.id } }),
    describedAt: new Date(nowMs).toISOString(),
    counts: countsText(changes),
    risky: changes.filter(isRisky).map(changeText),
    changes,
  };
}

/** Pure. What replaces or removes data is named, everything else counted. */
export function summaryOf(stackName: string, changes: readonly Change[]): string {
  const risky = changes.filter(isRisky);
  if (risky.length === 0) return `${stackName}: ${countsText(changes)}; nothing that holds data is replaced or removed`;
  const named = risky.slice(0, MOST_NAMED).map(changeText).join('; ');
  const more = risky.length > MOST_NAMED ? `; and ${String(risky.length - MOST_NAMED)} more` : '';
  return `${stackName}: ${String(risky.length)} risky: ${named}${more}; ${countsText(changes)} in all`;
}
