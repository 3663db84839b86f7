import type { ProjectPlan } from '../plan/project-plan';
import type { WarehouseRef } from '../plan/warehouse';
import type { Reads } from '../redshift/reads';
import { redshiftStackName } from '../solution/pipeline-stacks';
import { findStack, isInProgress } from '../solution/stacks';
import { associate } from './association';
import type { LambdaUdf } from './functions';
import { grantExternalFunctions } from './grants';

/** Whether external functions can be declared in a warehouse now. */
export type Prepared =
  /** `ungranted`: why the permissions were not given here; somebody may have given them by hand. */
  { ready: true; ungranted: string | undefined } | { ready: false; waitsFor: string };

/**
 * One pass of what a warehouse needs before external functions can be declared in it: the role is associated and the
 * permissions are given.
 */
export async function prepareWarehouse(
  plan: ProjectPlan,
  { warehouse, udf }: { warehouse: WarehouseRef; udf: LambdaUdf },
  reads: Reads,
  nowMs: number,
): Promise<Prepared> {
  const association = await associateInQuiet(plan, { warehouse, udf });
  if (!association.ready) return association;
  return { ready: true, ungranted: await grantExternalFunctions(plan, warehouse, reads, nowMs) };
}

/**
 * Associates the role with the warehouse, but not while the project's Redshift stack is updated: it writes the whole list of
 * roles then, from what it has read shortly before. Source: awslabs/clickstream-analytics-on-aws,
 * redshift-associate-iam-role.ts
 */
export async function associateInQuiet(
  { region, stackPrefix, pipelineId }: ProjectPlan,
  { warehouse, udf }: { warehouse: WarehouseRef; udf: LambdaUdf },
): ReturnType<typeof associate> {
  const stackName = redshiftStackName(stackPrefix, pipelineId);
  const stack = await findStack(region, stackName);
  if (stack !== undefined && isInProgress(stack)) return { ready: false, waitsFor: `${stackName} is being updated` };
  return associate(warehouse, udf.roleArn);
}
