import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { QueryCommand, type QueryCommandInput, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListStateMachinesCommand, ListTagsForResourceCommand, SFNClient } from '@aws-sdk/client-sfn';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamoDb } from '../shared/clients';
import { ErrorCode, UpgradeError } from '../shared/errors';
import type { WarehouseRef } from '../shared/plan/warehouse';
import type { FoundProject, World } from './world';

/**
 * Finds the solution by names and tags it gives itself. Logical ids end in hashes that differ between releases, so types and
 * prefixes are looked for. Source: awslabs/clickstream-analytics-on-aws, solution-info.ts, click-stream-api.ts, constant.ts.
 */
export async function discover(region: string, stackName: string | undefined): Promise<World> {
  const cloudFormation = new CloudFormationClient({ region });
  const stack = await findConsole(cloudFormation, stackName);
  const name = stack.StackName ?? '';
  const environment = await apiEnvironment(cloudFormation, region, name);
  const version =
    environment['FULL_SOLUTION_VERSION'] ?? /Version\s*(v[\w.-]+)/.exec(stack.Description ?? '')?.[1] ?? '';
  const prefix = environment['IAM_ROLE_PREFIX'] ?? '';
  const stackPrefix = prefix === '' ? 'Clickstream' : `${prefix}-Clickstream`;
  const projects: FoundProject[] = [];
  for (const pipeline of await pipelines(environment)) {
    projects.push(await inspectProject(pipeline, await appsOf(environment, pipeline.projectId), stackPrefix));
  }
  return {
    console: { region, stackName: name, stackId: stack.StackId ?? '', status: stack.StackStatus ?? '', version },
    projects: projects.sort((a, b) => a.projectId.localeCompare(b.projectId)),
  };
}

const CONSOLE = /^\(SO0219\)\s.*Control Plane/;

async function findConsole(client: CloudFormationClient, stackName: string | undefined): Promise<Stack> {
  if (stackName !== undefined) {
    const stack = await describeStack(client, stackName);
    if (stack !== undefined) return stack;
    throw refusal(`There is no stack ${stackName} in this region.`, 'Correct console.stackName in the input.');
  }
  const found: Stack[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new DescribeStacksCommand(token === undefined ? {} : { NextToken: token }));
    found.push(...(page.Stacks ?? []).filter(({ Description: text }) => CONSOLE.test(text ?? '')));
    token = page.NextToken;
  } while (token !== undefined);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  throw refusal(
    only === undefined
      ? 'No stack of this region says that it is the web console of Clickstream Analytics on AWS.'
      : `Several stacks say that they are the web console: ${found.map((stack) => stack.StackName ?? '').join(', ')}.`,
    'Start an execution in the region of the web console, and name its stack in console.stackName.',
  );
}

async function describeStack(client: CloudFormationClient, stackName: string): Promise<Stack | undefined> {
  try {
    const { Stacks: stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    return stacks?.[0];
  } catch (error) {
    // CloudFormation has no error of its own for this; the text is the only sign. Source: CloudFormation API, DescribeStacks
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist'))
      return undefined;
    throw error;
  }
}

/** Environment of the console's API function: versions, tables, prefixes. In 1.0.x the function had another logical id. */
async function apiEnvironment(
  client: CloudFormationClient,
  region: string,
  stackName: string,
): Promise<Record<string, string>> {
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListStackResourcesCommand({ StackName: stackName, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    const api = (page.StackResourceSummaries ?? []).find(
      ({ ResourceType: type, LogicalResourceId: id }) =>
        type === 'AWS::Lambda::Function' && /^ClickStreamApi(?:ClickStreamApi|Api)Function/.test(id ?? ''),
    );
    if (api?.PhysicalResourceId !== undefined) {
      const lambda = new LambdaClient({ region });
      const configuration = await lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: api.PhysicalResourceId }),
      );
      return configuration.Environment?.Variables ?? {};
    }
    token = page.NextToken;
  } while (token !== undefined);
  throw refusal(
    `Stack ${stackName} has no API function of the web console.`,
    'Name the stack of the web console in console.stackName.',
  );
}

const pipelineItem = z.object({
  projectId: z.string(),
  pipelineId: z.string(),
  region: z.string(),
  type: z.string(),
  deleted: z.boolean().optional(),
  timezone: z.array(z.object({ appId: z.string(), timezone: z.string() })).optional(),
});
type PipelineItem = z.infer<typeof pipelineItem>;

/** Latest records of all pipelines. Source: the solution's table ClickstreamMetadata and its index by prefix. */
async function pipelines(environment: Record<string, string>): Promise<PipelineItem[]> {
  const items = await query({
    TableName: environment['CLICK_STREAM_TABLE_NAME'],
    IndexName: environment['PREFIX_TIME_GSI_NAME'] ?? 'prefix-time-index',
    KeyConditionExpression: '#prefix = :prefix',
    ExpressionAttributeNames: { '#prefix': 'prefix' },
    ExpressionAttributeValues: marshall({ ':prefix': 'PIPELINE' }),
  });
  return items
    .map((item) => pipelineItem.parse(item))
    .filter(({ type, deleted }) => type.endsWith('#latest') && deleted !== true);
}

const appItem = z.object({ appId: z.string(), deleted: z.boolean().optional() });

async function appsOf(environment: Record<string, string>, projectId: string): Promise<string[]> {
  const items = await query({
    TableName: environment['CLICK_STREAM_TABLE_NAME'],
    KeyConditionExpression: '#id = :id AND begins_with(#type, :app)',
    ExpressionAttributeNames: { '#id': 'id', '#type': 'type' },
    ExpressionAttributeValues: marshall({ ':id': projectId, ':app': 'APP#' }),
  });
  return items
    .map((item) => appItem.parse(item))
    .filter(({ deleted }) => deleted !== true)
    .map(({ appId }) => appId)
    .sort();
}

async function query(
  input: Omit<QueryCommandInput, 'TableName'> & { TableName: string | undefined },
): Promise<unknown[]> {
  const items: unknown[] = [];
  let from: QueryCommandInput['ExclusiveStartKey'];
  do {
    const output: QueryCommandOutput = await dynamoDb().send(
      new QueryCommand({
        ...input,
        TableName: input.TableName,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    items.push(...(output.Items ?? []).map((item) => unmarshall(item)));
    from = output.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}

async function inspectProject(pipeline: PipelineItem, appIds: string[], stackPrefix: string): Promise<FoundProject> {
  const { projectId, pipelineId, region } = pipeline;
  const timezones = new Map((pipeline.timezone ?? []).map((entry) => [entry.appId, entry.timezone]));
  const apps = appIds.map((appId) => {
    const timezone = timezones.get(appId);
    return { appId, ...(timezone === undefined ? {} : { timezone }) };
  });
  const found = { projectId, pipelineId, region, apps };
  const stack = await describeStack(
    new CloudFormationClient({ region }),
    `${stackPrefix}-DataModelingRedshift-${pipelineId}`,
  );
  if (stack === undefined) return found;
  const parameters = new Map(
    (stack.Parameters ?? []).map((entry) => [entry.ParameterKey ?? '', entry.ParameterValue ?? '']),
  );
  const warehouse = warehouseOf(stack, parameters, region);
  const refreshStateMachineArn = await refreshWorkflow(region, projectId);
  const [rpu, retentionDays] = [
    Number(parameters.get('RedshiftServerlessRPU')),
    Number(parameters.get('ClearExpiredEventsRetentionRangeDays')),
  ];
  const version = stack.Tags?.find(({ Key: key }) => key === 'aws-solution/version')?.Value;
  return {
    ...found,
    stackStatus: stack.StackStatus ?? '',
    ...(version === undefined ? {} : { version }),
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(rpu > 0 ? { rpu } : {}),
    ...(retentionDays > 0 ? { retentionDays } : {}),
    ...(refreshStateMachineArn === undefined ? {} : { refreshStateMachineArn }),
  };
}

/** The warehouse and its identity: parameters tell the mode, the outputs the role of the solution's own Data API calls. */
function warehouseOf(stack: Stack, parameters: Map<string, string>, region: string): WarehouseRef | undefined {
  const output = (stack.Outputs ?? []).find(({ OutputKey: key }) => key?.endsWith('RedshiftDataApiRoleArn') === true);
  const roleArn = output?.OutputValue;
  if (roleArn === undefined || roleArn === '') return undefined;
  const value = (name: string): string => parameters.get(name) ?? '';
  switch (value('RedshiftMode')) {
    case 'New_Serverless':
      return { kind: 'serverless', region, name: value('NewRedshiftServerlessWorkgroupName'), roleArn };
    case 'Serverless':
      return { kind: 'serverless', region, name: value('RedshiftServerlessWorkgroupName'), roleArn };
    case 'Provisioned':
      return {
        kind: 'provisioned',
        region,
        name: value('RedshiftClusterIdentifier'),
        dbUser: value('RedshiftDbUser'),
        roleArn,
      };
    default:
      return undefined;
  }
}

/** The refresh workflow is no stack output: it is known by the begin of its name and by its project's tag. */
async function refreshWorkflow(region: string, projectId: string): Promise<string | undefined> {
  const client = new SFNClient({ region });
  let token: string | undefined;
  do {
    const page = await client.send(new ListStateMachinesCommand(token === undefined ? {} : { nextToken: token }));
    for (const { name, stateMachineArn } of page.stateMachines ?? []) {
      if (name?.includes('RefreshMaterializedViewsWorkflowRefreshMVStateMachine') !== true) continue;
      const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn: stateMachineArn }));
      if (tags?.some(({ key, value }) => key === 'aws-solution/clickstream/project' && value === projectId) === true)
        return stateMachineArn;
    }
    token = page.nextToken;
  } while (token !== undefined);
  return undefined;
}

function refusal(why: string, next: string): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.PlanRefused,
    what: 'The web console was not found.',
    why,
    next,
    redrive: 'no',
    ids: {},
  });
}
