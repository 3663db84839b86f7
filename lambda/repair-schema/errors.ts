import { ErrorCode, UpgradeError, type Problem } from '../shared/errors';
import type { AppTarget } from '../shared/plan/app-plan';
import type { WarehouseRef } from '../shared/plan/warehouse';
import type { SchemaExecution } from '../shared/schema/executions';
import { isUngranted, udfNotUsable } from '../shared/udf/errors';
import type { LambdaUdf } from '../shared/udf/functions';

/** Something in the list is not as in any release that is known: it is not touched. */
export function notRecognised(
  { projectId, appId }: AppTarget,
  execution: SchemaExecution,
  found: readonly string[],
): UpgradeError {
  const problems: Problem[] = found.map((message) => ({ path: `${projectId}.apps.${appId}`, message }));
  return new UpgradeError({
    code: ErrorCode.SchemaNotRecognised,
    what: `The schema of app ${appId} has functions that cannot be replaced. Nothing was started.`,
    why: `Its statements are not those of a release that is known: ${found.join('; ')}.`,
    next: 'Deploy a version of this software that knows the release, or put right by hand what is named here; then redrive.',
    redrive: 'yes',
    ids: { projectId, appId, schemaExecution: execution.arn },
    problems,
  });
}

/** Objects of the list have been deleted, as by a life cycle rule of their bucket. */
export function listGone(
  { projectId, appId }: AppTarget,
  execution: SchemaExecution,
  missing: readonly string[],
): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.SchemaNotRecognised,
    what: `The statements of the schema of app ${appId} are not in S3 any more, or may not be read. Nothing was started.`,
    why: `Missing: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${String(missing.length - 3)} more` : ''}; a life cycle rule of the bucket may have deleted them.`,
    next: `Look whether they are there. If not, ${LET_WRITE_ANEW}. Then redrive.`,
    redrive: 'yes',
    ids: { projectId, appId, schemaExecution: execution.arn },
  });
}

/** Its functions are no good, and no execution is left whose list could be repaired. */
export function listUnknown({ projectId, appId }: AppTarget, unreplaced: readonly string[]): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.SchemaNotRecognised,
    what: `The functions of the schema of app ${appId} cannot be replaced: the list of its statements is not known any more. Nothing was started.`,
    why: `Of the solution’s schema workflow no execution of this app is left (Step Functions keeps them for 90 days), and ${unreplaced.join(', ')}.`,
    next: `There is one way: ${LET_WRITE_ANEW}. Then redrive.`,
    redrive: 'yes',
    ids: { projectId, appId },
  });
}

/**
 * CloudFormation calls the custom resource where its properties change. It writes the lists of all apps when the schema of the
 * release is another one, or when it is told to; else only those of apps that are new.
 * Source: awslabs/clickstream-analytics-on-aws, custom-resource/create-schemas.ts
 */
const LET_WRITE_ANEW =
  'let the solution write them anew: with APPLY_ALL_APP_SQL=true in the environment of the Lambda function behind the custom ' +
  'resource CreateApplicationSchemas of the project’s Redshift stack, the next update that calls it, as one for an app that is ' +
  'added, does so for every app';

/** The repaired run ended badly, too. */
export function repairFailed(
  { projectId, appId, region }: AppTarget,
  execution: SchemaExecution,
  why: string | undefined,
  where: { warehouse: WarehouseRef; udf: LambdaUdf },
): UpgradeError {
  // Nothing but our own statements needs this permission.
  if (why !== undefined && isUngranted(why)) return udfNotUsable({ projectId, region }, where, why);
  return new UpgradeError({
    code: ErrorCode.SchemaFailed,
    what: `The repaired run of the schema of app ${appId} ended ${execution.status}.`,
    why: why ?? 'Its execution tells no reason.',
    next: 'Open that execution, resolve what is named here, then redrive: it is made anew and run again.',
    redrive: 'yes',
    ids: { projectId, appId, schemaExecution: execution.arn },
  });
}
