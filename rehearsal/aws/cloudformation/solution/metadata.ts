import type { SimulatedStack } from '../stacks';
import { isAtLeast, type SolutionDescription, type SolutionProject } from './description';
import type { SolutionNames } from './naming';

/**
 * Items of the table ClickstreamMetadata: project, its apps and its pipeline's latest record.
 * Members whose contents an upgrade does not read are empty.
 * Source: awslabs/clickstream-analytics-on-aws, api/model and api/store/dynamodb
 */
export function metadataItems(
  description: SolutionDescription,
  names: SolutionNames,
  pipelineStacks: SimulatedStack[],
): Record<string, unknown>[] {
  const ofProjects = description.projects.flatMap((project) => {
    const stacks = pipelineStacks.filter(({ tags }) => tags['aws-solution/clickstream/project'] === project.projectId);
    return itemsOf(project, description, names, stacks);
  });
  return [administrator(description), ...ofProjects];
}

/** The user of the template's parameter Email. Source: same repository, insert-admin-user.ts */
function administrator({ createdMs }: SolutionDescription): Record<string, unknown> {
  const id = 'admin@example.com';
  return {
    id,
    type: 'USER',
    prefix: 'USER',
    role: 'Admin',
    createAt: createdMs,
    updateAt: createdMs,
    operator: 'Clickstream',
    deleted: false,
  };
}

function itemsOf(
  project: SolutionProject,
  description: SolutionDescription,
  names: SolutionNames,
  stacks: SimulatedStack[],
): Record<string, unknown>[] {
  const { projectId, region, servers = { min: 2, max: 4 } } = project;
  const pipelineId = names.pipelineId(project);
  const version = project.version ?? description.console.version;
  const common = {
    id: projectId,
    createAt: description.createdMs,
    updateAt: description.updatedMs ?? description.createdMs,
    operator: 'admin@example.com',
    deleted: false,
  };
  const executionName = `main-${pipelineId}-${description.updatedMs ?? description.createdMs}`;
  const workflow = `clickstream-stack-workflow-${names.stackId(description.console.region, description.console.stackName).slice(-12)}`;
  const progress = {
    executionDetail: {
      executionArn: names.arn('states', description.console.region, `execution:${workflow}:${executionName}`),
      name: executionName,
      status: 'SUCCEEDED',
    },
    stackDetails: stacks.filter(({ parentId }) => parentId === undefined).map(stackDetail),
  };
  return [
    { ...common, type: `METADATA#${projectId}`, prefix: 'METADATA', name: projectId, tableName: projectId, pipelineId },
    ...project.apps.map(({ appId }) => ({
      ...common,
      type: `APP#${appId}`,
      prefix: 'APP',
      projectId,
      appId,
      name: appId,
    })),
    {
      ...common,
      type: `PIPELINE#${pipelineId}#latest`,
      prefix: 'PIPELINE',
      projectId,
      pipelineId,
      region,
      statusType: 'Active',
      tags: [],
      network: {},
      bucket: {},
      ingestionServer: { size: { serverMin: servers.min, serverMax: servers.max } },
      dataProcessing: {},
      dataModeling: {},
      reporting: {},
      streaming: {},
      timezone: project.apps.flatMap(({ appId, timezone }) => (timezone === undefined ? [] : [{ appId, timezone }])),
      workflow: { Version: '2022-03-15', Workflow: {} },
      templateVersion: version,
      lastAction: description.updatedMs === undefined ? 'Create' : 'Upgrade',
      version: '1',
      versionTag: 'latest',
      // Records of old releases keep both under `status`.
      ...(isAtLeast(version, '1.1.0') ? progress : { status: { status: 'Active', ...progress } }),
    },
  ];
}

/** A stack as the record of its pipeline shows it: the version is that of the stack's tag. Source: same repository, api/common/utils.ts */
export function stackDetail(stack: SimulatedStack): Record<string, unknown> {
  return {
    stackId: stack.stackId,
    stackName: stack.stackName,
    stackType: /Clickstream-([A-Za-z]+)-/.exec(stack.stackName)?.[1] ?? '',
    stackStatus: stack.status,
    stackStatusReason: stack.statusReason ?? '',
    stackTemplateVersion: stack.tags['aws-solution/version'] ?? '',
    outputs: stack.outputs.map(({ key, value }) => ({ OutputKey: key, OutputValue: value })),
  };
}
