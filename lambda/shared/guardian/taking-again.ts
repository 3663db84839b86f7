import type { StepAnswer, StepRequest } from '../contract';
import { CALLS, livingCalls, WORKFLOW } from '../living-calls';
import type { AppTarget } from '../plan/app-plan';
import { readAppPlan } from '../plan/store';
import { StateTable } from '../state-table';
import type { Tools } from '../step';
import { givenBack, type Thing } from './given-back';

interface Environment {
  PLAN_BUCKET: string;
  STATE_TABLE: string;
}

type Converge<Progress, Own extends Environment, Result> = (
  request: StepRequest<AppTarget, Progress>,
  tools: Tools<Own>,
) => Promise<StepAnswer<Progress, Result>>;

/**
 * For the steps that change an app's data: where a guardian has given processing or capacity back, the machine pauses and
 * scales again first. A call that still lives is waited for before: the capacity under it stays as it is.
 *
 * @param unit what the step itself has under way: statements, or the solution's refresh workflow
 */
export function takingAgain<Progress, Own extends Environment, Result>(
  converge: Converge<Progress, Own, Result>,
  unit: 'statements' | 'workflow' = 'statements',
): Converge<Progress, Own, Result> {
  return async (request, tools) => {
    const { region, projectId, appId } = request.target;
    const { STATE_TABLE: tableName, PLAN_BUCKET: bucket } = tools.environment;
    const table = new StateTable(tableName);
    const missing = await givenBack(table, request.root.id, projectId);
    if (missing.length === 0) return converge(request, tools);
    const { warehouse } = await readAppPlan(bucket, request.root.plan, { region, projectId, appId });
    const living = await livingCalls({
      warehouse,
      database: projectId,
      appIds: [appId],
      table,
      reads: tools.reads,
      nowMs: request.now,
      units: unit === 'workflow' ? [...CALLS, WORKFLOW] : CALLS,
    });
    if (living.length > 0) return converge(request, tools);
    const what = missing.map((thing) => WORDS[thing]).join(' and ');
    return { status: 'TAKE_AGAIN', summary: `${appId}: ${what} again before anything goes on` };
  };
}

const WORDS: Record<Thing, string> = {
  processing: 'data processing is to be paused',
  capacity: 'the warehouse is to be scaled up',
};
