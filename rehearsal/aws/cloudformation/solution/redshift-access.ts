import type { PolicyDocument } from '../../../template/deployment';
import { deterministicUuid } from '../../../template/physical-names';
import type { RedshiftChoice, SolutionDescription, SolutionProject } from './description';
import type { SolutionNames } from './naming';
import type { SolutionRole, SolutionWarehouse } from './solution';

/** The console names a workgroup it makes after the project. */
export function newWorkgroupName({ projectId }: SolutionProject): string {
  return `clickstream-${projectId.replaceAll('_', '-')}`;
}

/** A workgroup's ARN holds an id, not the name. */
export function workgroupArn(project: SolutionProject, name: string, names: SolutionNames): string {
  return names.arn(
    'redshift-serverless',
    project.region,
    `workgroup/${deterministicUuid(`workgroup/${project.region}/${name}`)}`,
  );
}

/**
 * Bucket and prefix of the workflows' files, as the API gives them to the modelling stack; the operator chooses the bucket.
 * Source: awslabs/clickstream-analytics-on-aws, api/model/stacks.ts
 */
export function workflowFilesOf(
  { projectId, region }: Pick<SolutionProject, 'projectId' | 'region'>,
  { accountId }: Pick<SolutionDescription, 'accountId'>,
): SolutionWarehouse['workflowFiles'] {
  return { bucket: `pipelines-${accountId}-${region}`, prefix: `clickstream/${projectId}/data/load-workflow/` };
}

/** Workgroup or cluster of a project. */
export function warehouseOf(
  project: SolutionProject,
  redshift: RedshiftChoice,
  roles: { dataApi: SolutionRole; admin: SolutionRole | undefined },
  description: Pick<SolutionDescription, 'accountId'>,
  names: SolutionNames,
): SolutionWarehouse {
  const dataApiRoleArn = roles.dataApi.arn;
  const { projectId, region, apps } = project;
  const common = {
    projectId,
    region,
    mode: redshift.mode,
    database: projectId,
    schemas: apps.map(({ appId }) => appId),
    dataApiRoleArn,
    ...(roles.admin === undefined ? {} : { adminRoleArn: roles.admin.arn }),
    workflowFiles: workflowFilesOf(project, description),
  };
  if (redshift.mode === 'Provisioned') {
    const name = redshift.clusterIdentifier;
    const { dbUser, superuser: isSuperuser = true } = redshift;
    return { ...common, name, arn: names.arn('redshift', region, `cluster:${name}`), dbUser, isSuperuser };
  }
  const name = redshift.mode === 'Serverless' ? redshift.workgroupName : newWorkgroupName(project);
  const dbUser = databaseUserOf(dataApiRoleArn);
  return { ...common, name, arn: workgroupArn(project, name, names), dbUser, isSuperuser: false };
}

/** As whom statements through a role run in a workgroup. Source: Redshift Management Guide, serverless GetCredentials */
export function databaseUserOf(roleArn: string): string {
  return `IAMR:${roleArn.slice(roleArn.lastIndexOf('/') + 1)}`;
}

/**
 * Role under which the solution calls the Data API: its own, or the customer's with an existing workgroup (made with the same rights).
 * @param ownName its name when it is the solution's own
 */
export function dataApiRole(
  project: SolutionProject,
  redshift: RedshiftChoice,
  ownName: string,
  { partition, accountId }: SolutionDescription,
  names: SolutionNames,
): SolutionRole {
  const given =
    redshift.mode === 'Serverless' ? redshift.roleArn.slice(redshift.roleArn.lastIndexOf('/') + 1) : undefined;
  const name = given ?? ownName;
  return {
    name,
    arn: redshift.mode === 'Serverless' ? redshift.roleArn : names.roleArn(name),
    trustPolicy: trustOfAccount({ partition, accountId }),
    policies: [{ name: 'RedshiftDataApi', document: dataApiPolicy(project, redshift, names) }],
  };
}

/**
 * Role under which the solution has made a namespace of its own, whose administrator it is: custom resources make the Data
 * API role's user under it. Its rights on namespaces are left out.
 * Source: awslabs/clickstream-analytics-on-aws, analytics/private/redshift-serverless.ts and create-redshift-user.ts
 */
export function adminRole(
  project: SolutionProject,
  redshift: Extract<RedshiftChoice, { mode: 'New_Serverless' }>,
  name: string,
  description: SolutionDescription,
  names: SolutionNames,
): SolutionRole {
  return {
    name,
    arn: names.roleArn(name),
    trustPolicy: trustOfAccount(description),
    policies: [{ name: 'RedshiftDataApi', document: dataApiPolicy(project, redshift, names) }],
  };
}

function trustOfAccount({
  partition,
  accountId,
}: Pick<SolutionDescription, 'partition' | 'accountId'>): SolutionRole['trustPolicy'] {
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:${partition}:iam::${accountId}:root` }, Action: 'sts:AssumeRole' },
    ],
  };
}

/** Neither CancelStatement nor ListStatements is among them. */
function dataApiPolicy(project: SolutionProject, redshift: RedshiftChoice, names: SolutionNames): PolicyDocument {
  const { region, projectId } = project;
  const submit = ['redshift-data:ExecuteStatement', 'redshift-data:BatchExecuteStatement'];
  const follow = {
    Effect: 'Allow',
    Action: ['redshift-data:DescribeStatement', 'redshift-data:GetStatementResult'],
    Resource: '*',
  };
  if (redshift.mode === 'Provisioned') {
    const { clusterIdentifier: cluster, dbUser } = redshift;
    const credentials = [`dbuser:${cluster}/${dbUser}`, `dbname:${cluster}/dev`, `dbname:${cluster}/${projectId}`];
    return {
      Version: '2012-10-17',
      Statement: [
        follow,
        { Effect: 'Allow', Action: submit, Resource: names.arn('redshift', region, `cluster:${cluster}`) },
        {
          Effect: 'Allow',
          Action: 'redshift:GetClusterCredentials',
          Resource: credentials.map((resource) => names.arn('redshift', region, resource)),
        },
      ],
    };
  }
  const name = redshift.mode === 'Serverless' ? redshift.workgroupName : newWorkgroupName(project);
  return {
    Version: '2012-10-17',
    Statement: [
      follow,
      {
        Effect: 'Allow',
        Action: [...submit, 'redshift-serverless:GetCredentials'],
        Resource: workgroupArn(project, name, names),
      },
    ],
  };
}
