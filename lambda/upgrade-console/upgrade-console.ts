import type * as z from 'zod';
import { readApproved } from '../shared/change-set/approved';
import { UpdateJournal, type UpdateRecord } from '../shared/change-set/update-record';
import { assertNever } from '../shared/errors';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { readPlan } from '../shared/plan/store';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { durationText } from '../shared/summary';
import { decide } from './decide';
import { evidenceMissing, notUpdatable, updateFailed } from './failures';
import { observe } from './observe';
import type { environment, progress, target } from './schema';
import { beginUpdate } from './begin-update';

type Progress = z.infer<typeof progress>;
type Request = StepRequest<z.infer<typeof target>, Progress>;
type Answer = StepAnswer<Progress, Record<string, never>>;

/** An update of somebody else's takes minutes. */
const ANOTHER_GAP_SECONDS = 60;
/** Describing a stack does not wait: a look every half minute at first, and a rarer one the longer it takes. */
const SHORTEST_GAP_SECONDS = 30;
const LONGEST_GAP_SECONDS = 60;
const GAP_SHARE_OF_ELAPSED = 0.1;
const SOON_SECONDS = 5;

const EVIDENCE_GAP_SECONDS = 30;
/** The dictionary is written by a custom resource within the update: what lags longer than that will not come. */
const EVIDENCE_MINUTES = 30;

function gapSeconds(elapsedSeconds: number): number {
  const share = Math.round(elapsedSeconds * GAP_SHARE_OF_ELAPSED);
  return Math.min(LONGEST_GAP_SECONDS, Math.max(SHORTEST_GAP_SECONDS, share));
}

/** One pass of *Upgrade the web console*. */
export async function converge(request: Request, tools: Tools<z.infer<typeof environment>>): Promise<Answer> {
  const { root, attempt, now } = request;
  const plan = await readPlan(tools.environment.PLAN_BUCKET, root.plan);
  const { console } = plan;
  if (console.decision === 'skip') return { status: 'DONE', result: {}, summary: `skipped: ${console.reason}` };

  const table = new StateTable(tools.environment.STATE_TABLE);
  const journal = new UpdateJournal(table, console);
  const record = await journal.read();
  const approved = await readApproved(table, root.id);
  const seen = await observe(console, record, approved);
  const action = decide(seen, console.targetVersion, { root: root.id, redrive: attempt.redrive });
  switch (action.do) {
    case 'done':
      if (isPending(record)) await journal.write(record, { ...record, state: 'done' });
      return {
        status: 'DONE',
        result: {},
        summary: `${console.stackName} is at ${console.targetVersion}`,
        facts: { version: console.targetVersion, stackStatus: seen.status ?? '' },
      };
    case 'wait': {
      if (action.whose === 'another') {
        const summary = `waiting for another update of ${console.stackName}, which is ${String(seen.status)}`;
        return { status: 'IN_PROGRESS', waitSeconds: ANOTHER_GAP_SECONDS, summary };
      }
      await follow(journal, record, request);
      const elapsed = Math.max(0, (now - (record?.openedAtMs ?? now)) / 1_000);
      return {
        status: 'IN_PROGRESS',
        waitSeconds: gapSeconds(elapsed),
        summary: `${console.stackName} is ${String(seen.status)}, for ${durationText(elapsed)} now`,
      };
    }
    case 'wait for evidence': {
      const known = request.progress?.lagging;
      const lagging = known?.redrive === attempt.redrive ? known : { sinceMs: now, redrive: attempt.redrive };
      const minutes = Math.floor((now - lagging.sinceMs) / 60_000);
      if (minutes >= EVIDENCE_MINUTES) throw evidenceMissing(console, seen, minutes);
      const shown = `API function ${seen.apiRelease ?? 'unknown'}, dictionary ${seen.dictionaryRelease ?? 'unknown'}`;
      return {
        status: 'IN_PROGRESS',
        progress: { lagging },
        waitSeconds: EVIDENCE_GAP_SECONDS,
        summary: `${console.stackName} is complete; waiting for it to say ${console.targetVersion}: ${shown}`,
      };
    }
    case 'report failure': {
      const reasons = action.reasons.length > 0 || seen.statusReason === '' ? action.reasons : [seen.statusReason];
      if (action.fresh && isPending(record)) {
        await journal.write(record, { ...record, ...attemptOf(request), state: 'dead', ended: action.ended, reasons });
      }
      throw updateFailed(console, action.ended, reasons);
    }
    case 'close record':
      if (isPending(record)) await journal.write(record, { ...record, state: action.succeeded ? 'done' : 'dead' });
      return {
        status: 'IN_PROGRESS',
        waitSeconds: SOON_SECONDS,
        summary: `an update of ${console.stackName} ${action.succeeded ? 'succeeded' : 'failed'}; going on from there`,
      };
    case 'refuse':
      throw notUpdatable(console, seen, action.why);
    case 'update':
      return beginUpdate({ plan, request, table, journal, seen, approved });
    default:
      return assertNever(action);
  }
}

function isPending(record: UpdateRecord | undefined): record is UpdateRecord {
  return record?.state === 'open' || record?.state === 'alive';
}

function attemptOf({ root, attempt }: Request): { root: string; redrive: number } {
  return { root: root.id, redrive: attempt.redrive };
}

/** An update that was begun although its answer was lost is known to live; who waits for it makes it their own. */
async function follow(journal: UpdateJournal, record: UpdateRecord | undefined, request: Request): Promise<void> {
  if (record === undefined) return;
  const attempt = attemptOf(request);
  if (record.state === 'alive' && record.root === attempt.root && record.redrive === attempt.redrive) return;
  await journal.write(record, { ...record, ...attempt, state: 'alive' });
}
