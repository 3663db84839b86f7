import type * as z from 'zod';
import { readCleanUp, writeCleanUp, type CleanUpRecord } from '../shared/clean-up-record';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever, ErrorCode, UpgradeError, type Problem } from '../shared/errors';
import { openApp, type AppContext } from '../shared/migration/app';
import { parityVerdict, parityVerdictKey } from '../shared/parity-verdict';
import type { AppTarget } from '../shared/plan/app-plan';
import { readPlan } from '../shared/plan/store';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import { decide, foreignViews } from './decide';
import { beginDrop, followDrop } from './drop';
import type { LegacyObject } from './legacy-objects';
import { observe } from './observe';
import type { environment, progress } from './schema';

type Progress = z.infer<typeof progress>;
type Request = StepRequest<AppTarget, Progress>;
type Answer = StepAnswer<Progress, { dropped: number }>;

/**
 * One pass of *Drop the legacy objects*: follows the drop that was begun last, sees what is left, and drops what it has time
 * for. Done is when nothing of the old data model is there; a second clean-up therefore sends no statement that drops.
 */
export async function converge(request: Request, tools: Tools<z.infer<typeof environment>>): Promise<Answer> {
  const app = await openApp(request, tools, 'clean-up', 'needs none');
  const { plan, table } = app;
  const waiting = await followDrop(app, request);
  if (waiting !== undefined) return waiting;

  const { cascade } = await readPlan(tools.environment.PLAN_BUCKET, request.root.plan);
  const seen = await observe(app);
  const verdict = await table.get(parityVerdictKey(request.target), parityVerdict);
  const record = await readCleanUp(table, request.target);
  const action = decide({ appId: plan.appId, root: request.root.id, cascade }, seen, verdict, record);
  switch (action.do) {
    case 'done': {
      const dropped = droppedBy(request.root.id, record);
      if (record?.state === 'dropping') {
        await writeCleanUp(table, request.target, record, { ...record, state: 'done', doneAtMs: request.now });
      }
      return done(plan.appId, dropped, action.kept, foreignViews(plan.appId, seen));
    }
    case 'refuse':
      throw refused(plan, action.problems);
    case 'begin': {
      const objects = [...new Set([...(record?.state === 'dropping' ? record.objects : []), ...action.objects])];
      const startedAtMs = record?.state === 'dropping' ? record.startedAtMs : request.now;
      await writeCleanUp(table, request.target, record, {
        state: 'dropping',
        root: request.root.id,
        objects,
        startedAtMs,
      });
      return {
        status: 'IN_PROGRESS',
        waitSeconds: 0,
        summary: `${plan.appId}: ${manyText(objects.length, 'legacy object')} will be dropped`,
      };
    }
    case 'drop':
      return dropAll(app, request, action.objects, cascade);
    default:
      return assertNever(action);
  }
}

/** Drops one object after the other, until one takes its time or it is late in the pass: what was seen is old by then. */
async function dropAll(
  app: AppContext,
  request: Request,
  objects: readonly LegacyObject[],
  cascade: boolean,
): Promise<Answer> {
  let dropped = 0;
  let running: Progress['drop'] | undefined;
  for (const object of objects) {
    const { drop, finished } = await beginDrop(app, request, object, cascade);
    if (!finished) {
      running = drop;
      break;
    }
    dropped += 1;
    if (app.reads.pollSeconds === 0) break;
  }
  const left = objects.length - dropped;
  const words = dropped === 0 ? [] : [`${manyText(dropped, 'legacy object')} dropped`];
  if (running === undefined) words.push(`${String(left)} left`);
  else words.push(`dropping ${running.object}`, `${String(left - 1)} left after it`);
  return {
    status: 'IN_PROGRESS',
    ...(running === undefined ? {} : { progress: { drop: running } }),
    waitSeconds: 0,
    summary: `${app.plan.appId}: ${words.join(', ')}`,
  };
}

/** What this execution has dropped: nothing where everything was gone before. */
function droppedBy(root: string, record: CleanUpRecord | undefined): readonly string[] {
  return record?.root === root ? record.objects : [];
}

function done(
  appId: string,
  dropped: readonly string[],
  kept: readonly Problem[],
  brokenViews: readonly string[],
): Answer {
  const facts = {
    dropped: dropped.length,
    ...(dropped.length === 0 ? {} : { objects: dropped.join(', ') }),
    ...(kept.length === 0 ? {} : { kept: kept.map(({ path, message }) => `${path}: ${message}`).join('; ') }),
    ...(brokenViews.length === 0 ? {} : { viewsWithoutTables: brokenViews.join(', ') }),
  };
  const rest = kept.length === 0 ? '' : `; kept ${kept.map(({ path }) => path).join(', ')}`;
  return {
    status: 'DONE',
    result: { dropped: dropped.length },
    summary:
      dropped.length === 0
        ? `${appId}: nothing of the old data model was left${rest}`
        : `${appId}: ${manyText(dropped.length, 'legacy object')} dropped${rest}`,
    facts,
  };
}

function refused(
  { projectId, appId }: { projectId: string; appId: string },
  problems: readonly Problem[],
): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.CleanUpRefused,
    what: `The legacy objects of app ${appId} of project ${projectId} may not be dropped.`,
    why: `${manyText(problems.length, 'problem was', 'problems were')} found; nothing was dropped in this pass.`,
    next:
      'Resolve each of them, then redrive. Views that nobody needs can be dropped by hand, or along with the tables: ' +
      'start a new execution whose input says so.',
    redrive: 'yes',
    ids: { projectId, appId },
    problems: [...problems],
  });
}
