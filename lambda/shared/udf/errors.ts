import { ErrorCode, UpgradeError } from '../errors';
import type { ProjectPlan } from '../plan/project-plan';
import type { WarehouseRef } from '../plan/warehouse';
import type { LambdaUdf } from './functions';
import { grantsByHand } from './grants';

/** What an operator is told where the Lambda UDF does not work in a warehouse. */
export function udfNotUsable(
  { projectId, region }: Pick<ProjectPlan, 'projectId' | 'region'>,
  { warehouse, udf }: { warehouse: WarehouseRef; udf: LambdaUdf },
  why: string,
  ungranted?: string,
): UpgradeError {
  const grants = ungranted === undefined ? '' : ` (The permissions were not given here: ${ungranted})`;
  return new UpgradeError({
    code: ErrorCode.UdfNotUsable,
    what: `The warehouse ${warehouse.name} of project ${projectId} cannot use the Lambda function ${udf.functionName}.`,
    why: `${why}${grants}`,
    next: `${adviceOf(why, { region, warehouse, udf })} Then redrive.`,
    redrive: 'yes',
    ids: { projectId, warehouse: warehouse.name, region, role: udf.roleArn },
  });
}

/** Pure: by the words of the database. AWS documents the code 32103 for what Lambda refuses, and no list of messages. */
function adviceOf(
  why: string,
  { region, warehouse, udf }: { region: string; warehouse: WarehouseRef; udf: LambdaUdf },
): string {
  if (/TooManyRequests|Throttl|Rate ?Exceeded/i.test(why))
    return `Lambda was throttled for longer than ten minutes: raise the account’s concurrency in ${region}, or wait until others need less of it.`;
  if (isUngranted(why))
    return `As a superuser of the warehouse, connected to the project’s database, run these, without the first where the warehouse has that role already: ${grantsByHand(warehouse)}.`;
  if (/ResourceNotFound|Function not found/i.test(why))
    return `Deploy the stack with the function in ${region}; where its function was deleted by hand, delete what is left of the stack first (docs/python-udfs.md).`;
  if (/role|AccessDenied|not authorized/i.test(why))
    return `Look at ${udf.roleArn}: Redshift has to be able to assume it, it has to be allowed to invoke the function, and it has to be associated with the warehouse. Where they were deleted by hand, delete what is left of the function’s stack and deploy it again (docs/python-udfs.md).`;
  return 'Resolve what is named here; with enhanced VPC routing the warehouse needs a way to Lambda.';
}

/** The database user lacks what only declaring external functions needs. */
export function isUngranted(why: string): boolean {
  return /language exfunc|external function/i.test(why) && /permission denied/i.test(why);
}
