import type * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever, ErrorCode, UpgradeError, type ErrorReport } from '../shared/errors';
import { openApp, readMoment } from '../shared/migration/app';
import { isAccepted, judge } from '../shared/parity-judgement';
import { acceptanceOf, parityVerdict, parityVerdictKey, type ParityVerdict } from '../shared/parity-verdict';
import type { Tools } from '../shared/step';
import { giveTurnBack } from '../shared/turn';
import { countText } from '../shared/summary';
import { count } from './count';
import { reprove } from './reprove';
import type { environment, target } from './schema';

/**
 * One pass of *Verify parity*: counts, judges, and leaves a verdict. The verdict is what later executions and the clean-up
 * rest on, so it is written also when a person has to look, for that person to see and accept.
 */
export async function converge(
  request: StepRequest<z.infer<typeof target>, Record<string, never>>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Record<string, never>, { events: number }>> {
  if (request.target.act === 'reprove') return reprove(request, tools);
  const app = await openApp(request, tools, 'parity');
  const { plan, table } = app;
  const moment = await readMoment(app);
  const counts = await count(app);
  const key = parityVerdictKey(request.target);
  const before = await table.get(key, parityVerdict);
  const judgement = judge(counts);
  const write = async (state: ParityVerdict['state']): Promise<void> => {
    const verdict: ParityVerdict = {
      v: 1,
      revision: (before?.revision ?? 0) + 1,
      projectId: plan.projectId,
      appId: plan.appId,
      state,
      cutoffMs: plan.cutoffMs,
      legacyEvents: plan.histogram.reduce((sum, [, events]) => sum + events, 0),
      counts,
      atMs: request.now,
      warehouseAtMs: moment.nowMs,
      root: request.root.id,
      execution: request.execution.id,
      ...(state === 'accepted' ? acceptanceOf(before) : {}),
    };
    // The last step of the app: the next one may begin, also where a person has to look. Before the verdict: once it says that the
    // app is done, or a person has accepted it, a redrive does not come here, and nobody else would give its turn back.
    await giveTurnBack(table, { plan, execution: request.execution.id });
    await table.put(key, verdict);
  };
  const done = (): StepAnswer<Record<string, never>, { events: number }> => ({
    status: 'DONE',
    result: { events: counts['migratedEvents'] ?? 0 },
    summary: `${plan.appId}: ${countText(counts['migratedEvents'] ?? 0)} events, users, items, sessions and metrics agree`,
    facts: { ...counts, verdict: judgement.is === 'equal' ? 'proved' : 'accepted' },
  });
  switch (judgement.is) {
    case 'equal':
      await write('proved');
      return done();
    case 'explainable':
      if (before?.state === 'accepted' && isAccepted(counts, before.counts)) {
        await write('accepted');
        return done();
      }
      await write('open');
      throw parityError(plan, ErrorCode.ParityNeedsAPerson, judgement.because, request.root.id);
    case 'different':
      await write('open');
      throw parityError(plan, ErrorCode.ParityFailed, judgement.because, request.root.id);
    default:
      return assertNever(judgement);
  }
}

function parityError(
  app: { projectId: string; appId: string },
  code: typeof ErrorCode.ParityFailed | typeof ErrorCode.ParityNeedsAPerson,
  because: string[],
  root: string,
): UpgradeError {
  const report: ErrorReport = {
    code,
    what: `The migrated data of app ${app.appId} of project ${app.projectId} do not equal the legacy data.`,
    why: `${because.join('; ')}.`,
    next:
      code === ErrorCode.ParityFailed
        ? 'Compare the tables named here. When the cause is removed, redrive: the counts are taken again. The legacy tables are untouched.'
        : `Judge whether the explanation is true. If it is: npx tsx bin/upgrade.ts accept ${root} --app ${app.projectId}/${app.appId}, then redrive. If not: remove the cause and redrive.`,
    redrive: 'yes',
    ids: { projectId: app.projectId, appId: app.appId },
  };
  return new UpgradeError(report);
}
