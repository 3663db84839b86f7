import type * as z from 'zod';
import { readCleanUp, writeCleanUp, type CleanUpRecord } from '../shared/clean-up-record';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever, ErrorCode, UpgradeError, type Problem } from '../shared/errors';
import { openApp } from '../shared/migration/app';
import { parityVerdict, parityVerdictKey } from '../shared/parity-verdict';
import type { AppTarget } from '../shared/plan/app-plan';
import { readPlan } from '../shared/plan/store';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import { decide, foreignViews } from './decide';
import { beginDrop, followDrop } from './drop';
import { signatureOf } from './legacy-objects';
import { observe } from './observe';
import type { environment, progress } from './schema';

type Progress = z.infer<typeof progress>;
type Answer = StepAnswer<Progress, { dropped: number }>;

/**
 * One pass of *Drop the legacy objects*: follows the drop that was begun last, sees what is left, and drops one more. Done
 * is when nothing of the old data model is there; a second clean-up therefore sends no statement that drops.
 */
export async function converge(
  request: StepRequest<AppTarget, Progress>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<Answer> {
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
    case 'drop': {
      const drop = await beginDrop(app, request, action.object, cascade);
      return {
        status: 'IN_PROGRESS',
        progress: { drop },
        waitSeconds: 0,
        summary: `${plan.appId}: dropping ${signatureOf(action.object)}, ${String(action.left - 1)} left after it`,
      };
    }
    default:
      return assertNever(action);
  }
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
