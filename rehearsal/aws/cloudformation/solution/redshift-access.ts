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

/** Workgroup or cluster of a project. */
export function warehouseOf(
  project: SolutionProject,
  redshift: RedshiftChoice,
  dataApiRoleArn: string,
  names: SolutionNames,
): SolutionWarehouse {
  const { projectId, region, apps } = project;
  const common = {
    projectId,
    region,
    mode: redshift.mode,
    database: projectId,
    schemas: apps.map(({ appId }) => appId),
    dataApiRoleArn,
  };
  if (redshift.mode === 'Provisioned') {
    const name = redshift.clusterIdentifier;
    return { ...common, name, arn: names.arn('redshift', region, `cluster:${name}`), dbUser: redshift.dbUser };
  }
  const name = redshift.mode === 'Serverless' ? redshift.workgroupName : newWorkgroupName(project);
  const roleName = dataApiRoleArn.slice(dataApiRoleArn.lastIndexOf('/') + 1);
  return { ...common, name, arn: workgroupArn(project, name, names), dbUser: `IAMR:${roleName}` };
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
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: `arn:${partition}:iam::${accountId}:root` }, Action: 'sts:AssumeRole' },
      ],
    },
    policies: [{ name: 'RedshiftDataApi', document: dataApiPolicy(project, redshift, names) }],
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
