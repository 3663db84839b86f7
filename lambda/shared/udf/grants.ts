import createFile from '../../../sql/udf/grant-create.sql';
import languageFile from '../../../sql/udf/grant-language.sql';
import { isAwsError } from '../aws-errors';
import { warehouseSession } from '../clients';
import { ErrorCode, UpgradeError } from '../errors';
import type { ProjectPlan } from '../plan/project-plan';
import type { WarehouseRef } from '../plan/warehouse';
import type { Reads } from '../redshift/reads';
import { redshiftStackName } from '../solution/pipeline-stacks';
import { stackResources } from '../solution/stacks';
import { roleUser } from '../sql/identifiers';
import { statement } from '../sql/statement';

/**
 * Lets the identity of the solution's statements declare external functions, as the namespace's own administrator: the
 * solution has made that role, and only for namespaces that it has made itself. Where there is none, an administrator has to
 * do it; a cluster's database user is often one. Granting twice changes nothing.
 *
 * @returns why they were not given; undefined where they were
 * @throws StillReading when it has not ended in this pass
 */
export async function grantExternalFunctions(
  { region, stackPrefix, pipelineId, projectId }: ProjectPlan,
  warehouse: WarehouseRef,
  reads: Reads,
  nowMs: number,
): Promise<string | undefined> {
  if (warehouse.kind !== 'serverless') return 'the database user of a cluster is not ours to give permissions to';
  const admin = await administratorOf(region, stackPrefix, pipelineId);
  if (admin === undefined) return 'the solution has not made this namespace, so nobody known administers it';
  const { roleArn } = warehouse;
  const [user, path] = [roleArn.slice(roleArn.lastIndexOf('/') + 1), roleArn.slice(0, roleArn.lastIndexOf('/') + 1)];
  try {
    const session = await warehouseSession({ ...warehouse, roleArn: `${path}${admin}` }, projectId, nowMs);
    await reads.run(session, statement(createFile, {}), projectId);
    // Languages belong to a database: this is the project's.
    await reads.run(session, statement(languageFile, { user: roleUser(user) }), projectId);
    return undefined;
  } catch (error) {
    // Somebody may have given them by hand: whether they are missing shows where they are used.
    if (error instanceof UpgradeError && error.name === ErrorCode.StatementFailed) return error.report.why;
    if (isAwsError(error, 'AccessDenied', 'AccessDeniedException') && error instanceof Error) return error.message;
    throw error;
  }
}

/** The statements an administrator runs where nobody of ours can, for whoever is told. */
export function grantsByHand(warehouse: Pick<WarehouseRef, 'roleArn' | 'dbUser'>): string {
  const user = warehouse.dbUser ?? `IAMR:${warehouse.roleArn.slice(warehouse.roleArn.lastIndexOf('/') + 1)}`;
  return [
    'CREATE ROLE clickstream_udf',
    'GRANT CREATE OR REPLACE EXTERNAL FUNCTION TO ROLE clickstream_udf',
    `GRANT ROLE clickstream_udf TO "${user}"`,
    `GRANT USAGE ON LANGUAGE EXFUNC TO "${user}"`,
  ].join('; ');
}

/**
 * Name of the role that administers a namespace made by the solution.
 * Source: awslabs/clickstream-analytics-on-aws, redshift-serverless.ts: the end of the logical id is a hash
 */
async function administratorOf(region: string, prefix: string, pipelineId: string): Promise<string | undefined> {
  const stackName = redshiftStackName(prefix, pipelineId);
  const resources = await stackResources(region, stackName);
  return resources.find(({ type, logicalId }) => type === 'AWS::IAM::Role' && logicalId.includes(ADMINISTRATOR))
    ?.physicalId;
}

const ADMINISTRATOR = 'WorkgroupAdminRole';
