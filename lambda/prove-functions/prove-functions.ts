import type * as z from 'zod';
import { warehouseSession } from '../shared/clients';
import type { StepAnswer, StepRequest } from '../shared/contract';
import type { Plan } from '../shared/plan/plan';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { readPlan, readProjectPlan } from '../shared/plan/store';
import type { WarehouseRef } from '../shared/plan/warehouse';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import { udfNotUsable } from '../shared/udf/errors';
import type { LambdaUdf } from '../shared/udf/functions';
import { prepareWarehouse } from '../shared/udf/prepare';
import { probeFunctions } from './probe';
import type { environment, progress, target } from './schema';

type Progress = z.infer<typeof progress>;
type Answer = StepAnswer<Progress, Record<string, never>>;

const LOOK_AGAIN_SECONDS = 15;

/** A warehouse that will need the functions, and who calls them. */
interface Proof {
  plan: ProjectPlan;
  warehouse: WarehouseRef;
  udf: LambdaUdf;
}

/**
 * One pass of *Prove the Lambda functions*: warehouse after warehouse is given the role and the permissions, and the functions
 * are tried out there, before anything of the solution is changed: past a pipeline's upgrade there is no way back.
 */
export async function converge(
  request: StepRequest<z.infer<typeof target>, Progress>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<Answer> {
  const bucket = tools.environment.PLAN_BUCKET;
  const proofs = await proofsOf(bucket, request.root.plan, await readPlan(bucket, request.root.plan));
  if (proofs.length === 0) {
    return { status: 'DONE', result: {}, summary: 'skipped: no warehouse needs a Lambda function' };
  }
  const proved = request.progress?.proved ?? 0;
  const next = proofs[proved];
  if (next === undefined) {
    const summary = `the Lambda functions work in ${manyText(proofs.length, 'warehouse')}`;
    return { status: 'DONE', result: {}, summary, facts: { proved: proofs.length } };
  }
  const { plan, warehouse } = next;
  const prepared = await prepareWarehouse(plan, next, tools.reads, request.now);
  if (!prepared.ready) {
    const summary = `${plan.projectId}: ${prepared.waitsFor}`;
    return { status: 'IN_PROGRESS', progress: { proved }, waitSeconds: LOOK_AGAIN_SECONDS, summary };
  }
  const session = await warehouseSession(warehouse, plan.projectId, request.now);
  const seed = `${request.root.id} ${String(request.attempt.redrive)} ${plan.projectId}`;
  const wrong = await probeFunctions(session, tools.reads, { udf: next.udf, seed, scope: plan.projectId });
  if (wrong !== undefined) throw udfNotUsable(plan, next, wrong, prepared.ungranted);
  const summary = `${plan.projectId}: all functions answer as they should`;
  return { status: 'IN_PROGRESS', progress: { proved: proved + 1 }, waitSeconds: 0, summary };
}

/** Projects that share a warehouse have databases of their own, and permissions on a language belong to a database. */
async function proofsOf(bucket: string, planKey: string | undefined, { projects }: Plan): Promise<Proof[]> {
  const works = projects.filter(({ decision }) => decision === 'work');
  const plans = await Promise.all(works.map((project) => readProjectPlan(bucket, planKey, project)));
  return plans.flatMap((plan) =>
    plan.warehouse === undefined || plan.udf === undefined ? [] : [{ plan, warehouse: plan.warehouse, udf: plan.udf }],
  );
}
