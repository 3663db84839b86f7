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
  const { redrive } = request.attempt;
  const before = request.progress;
  const proved = before?.proved ?? 0;
  const { part, ungranted } = before?.redrive === redrive ? before : FIRST;
  const next = proofs[proved];
  if (next === undefined) {
    const summary = `the Lambda functions work in ${manyText(proofs.length, 'warehouse')}`;
    return { status: 'DONE', result: {}, summary, facts: { proved: proofs.length } };
  }
  const { plan, warehouse, udf } = next;
  const goOn = (progress: Omit<Progress, 'redrive'>, text: string, waitSeconds = 0): Answer => ({
    status: 'IN_PROGRESS',
    progress: { ...progress, redrive },
    waitSeconds,
    summary: `${plan.projectId}: ${text}`,
  });
  if (part === 'prepare') {
    const prepared = await prepareWarehouse(plan, next, tools.reads, request.now);
    if (!prepared.ready) return goOn({ proved, part }, prepared.waitsFor, LOOK_AGAIN_SECONDS);
    const refused = prepared.ungranted === undefined ? {} : { ungranted: prepared.ungranted };
    return goOn({ proved, part: 'declare', ...refused }, 'the role is associated');
  }
  const session = await warehouseSession(warehouse, plan.projectId, request.now);
  const probed = await probeFunctions(session, tools.reads, { part, udf, scope: plan.projectId });
  if (probed.is === 'wrong') throw udfNotUsable(plan, next, probed.why, ungranted);
  if (part === 'declare') return goOn({ ...before, proved, part: 'call' }, 'all functions can be declared');
  return goOn({ proved: proved + 1, part: 'prepare' }, 'all functions answer as they should');
}

const FIRST: Pick<Progress, 'part' | 'ungranted'> = { part: 'prepare' };

/** Projects that share a warehouse have databases of their own, and permissions on a language belong to a database. */
async function proofsOf(bucket: string, planKey: string | undefined, { projects }: Plan): Promise<Proof[]> {
  const works = projects.filter(({ decision }) => decision === 'work');
  const plans = await Promise.all(works.map((project) => readProjectPlan(bucket, planKey, project)));
  return plans.flatMap((plan) =>
    plan.warehouse === undefined || plan.udf === undefined ? [] : [{ plan, warehouse: plan.warehouse, udf: plan.udf }],
  );
}
