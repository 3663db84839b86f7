import type * as z from 'zod';
import { isAwsError } from '../shared/aws-errors';
import type { ApprovedChanges } from '../shared/change-set/approved';
import {
  deleteChangeSet,
  executeChangeSet,
  findChangeSet,
  isBusyError,
  type DescribedChangeSet,
} from '../shared/change-set/change-sets';
import { countsText, notApproved } from '../shared/change-set/changes';
import { changeSetState, makeChangeSet } from '../shared/change-set/making';
import { changeSetName, changeSetPrefix, updateToken } from '../shared/change-set/names';
import type { UpdateJournal, UpdateRecord } from '../shared/change-set/update-record';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { releaseLock } from '../shared/lock';
import type { Plan } from '../shared/plan/plan';
import type { StateTable } from '../shared/state-table';
import { differs, nothingToUpdate, notApprovedYet } from './failures';
import type { ConsoleObservation } from './observe';
import type { progress, target } from './schema';

type Progress = z.infer<typeof progress>;
type Answer = StepAnswer<Progress, Record<string, never>>;

export interface Beginning {
  plan: Plan;
  request: StepRequest<z.infer<typeof target>, Progress>;
  table: StateTable;
  journal: UpdateJournal;
  seen: ConsoleObservation;
  approved: ApprovedChanges | undefined;
}

const SOON_SECONDS = 5;
const AFTER_EXECUTION_SECONDS = 15;

/**
 * Nothing is under way: executes the change set that was approved. A failed update consumes it, and a stack that changed
 * makes it obsolete; then a new one is made, and executed when it changes no more than the approved one.
 * Source: CloudFormation User Guide, "Execute a change set"
 */
export async function beginUpdate(beginning: Beginning): Promise<Answer> {
  const { plan, request, seen, approved } = beginning;
  const { console } = plan;
  if (approved === undefined) throw notApprovedYet(console);
  if (approved.nothing) throw nothingToUpdate(console, seen);

  // Never the change set of another root: its template and parameters are those of another plan.
  const { record } = seen;
  const open = record?.state === 'open' && record.root === request.root.id ? record : undefined;
  for (const known of new Set([open?.changeSet, approved.changeSet])) {
    const state = known === undefined ? undefined : changeSetState(await findChangeSet(console, known));
    if (state?.is === 'ready') return execute(beginning, approved, state.set);
    if (state?.is === 'underway') return soon(`change set ${String(known)} is ${state.status}`);
  }
  const prefix = changeSetPrefix(request.root.id, plan.hash);
  const name = changeSetName(request.root.id, plan.hash, freshAttempt(record, request.attempt.redrive));
  const making = await makeChangeSet(console, { name, prefix });
  switch (making.is) {
    case 'underway':
      return soon(making.summary, making.waitSeconds);
    case 'nothing':
      await deleteChangeSet(console, name);
      if (seen.owed) return { status: 'DONE', result: {}, summary: `${console.stackName} has what the template says` };
      throw nothingToUpdate(console, seen);
    case 'ready':
      return execute(beginning, approved, making.set);
  }
}

/** Distinct for every update and every redrive: a change set that was consumed or failed is never met again. */
function freshAttempt(record: UpdateRecord | undefined, redrive: number): string {
  return `u${String(record?.revision ?? 0)}-r${String(redrive)}`;
}

async function execute(
  { plan, request, table, journal, seen }: Beginning,
  approved: ApprovedChanges,
  set: DescribedChangeSet,
): Promise<Answer> {
  const { console } = plan;
  const { record } = seen;
  const extra = notApproved(set.changes, approved.changes);
  if (extra.length > 0) {
    await deleteChangeSet(console, set.name);
    // This execution cannot go on, and the one that shall take its place needs the lock.
    await releaseLock(table, { console, root: request.root.id, nowMs: request.now });
    throw differs(console, extra);
  }
  // The record of an execution that left no trace is used again, with its token: if it arrived after all, this one is refused.
  const again = record?.state === 'open' && record.changeSet === set.name;
  const revision = (record?.revision ?? 0) + 1;
  const opened = again
    ? record
    : await journal.write(record, {
        root: request.root.id,
        redrive: request.attempt.redrive,
        state: 'open',
        token: updateToken(journal.key, request.root.id, revision),
        changeSet: set.name,
        openedAtMs: request.now,
        reasons: [],
      });
  try {
    await executeChangeSet(console, set.name, opened.token);
  } catch (error) {
    if (isAwsError(error, ...OVERTAKEN) || isBusyError(error)) {
      return soon(`change set ${set.name} could not be executed any more: looking again`);
    }
    throw error;
  }
  await journal.write(opened, { ...opened, root: request.root.id, redrive: request.attempt.redrive, state: 'alive' });
  return {
    status: 'IN_PROGRESS',
    waitSeconds: AFTER_EXECUTION_SECONDS,
    summary: `the update of ${console.stackName} was begun: ${countsText(set.changes)}`,
  };
}

/**
 * An earlier call may have arrived although its answer was lost, or the stack was changed meanwhile: the next pass sees which.
 * Source: CloudFormation API Reference, ExecuteChangeSet, errors
 */
const OVERTAKEN = [
  'ChangeSetNotFoundException',
  'InvalidChangeSetStatusException',
  'TokenAlreadyExistsException',
  'ChangeSetNotFound',
  'InvalidChangeSetStatus',
];

function soon(summary: string, waitSeconds = SOON_SECONDS): Answer {
  return { status: 'IN_PROGRESS', waitSeconds, summary };
}
