import type { Stack } from '@aws-sdk/client-cloudformation';
import type { WarehouseRef } from '../shared/plan/warehouse';
import {
  appIdsOf,
  lastExecution,
  pipelineRecords,
  readPipelineRecord,
  type PipelineRecord,
} from '../shared/solution/pipeline-record';
import { PIPELINE_STACK_TYPES, stackNames, type PipelineStackType } from '../shared/solution/pipeline-stacks';
import { findStack, parametersOf, stackResources, versionTag } from '../shared/solution/stacks';
import type { FoundConsole, FoundProject, FoundStack, ProjectRef } from './world';

/** Every project that has a pipeline, by id. */
export async function findProjects(console: FoundConsole): Promise<ProjectRef[]> {
  const records = await pipelineRecords(console.metadataTable, console.metadataIndex, console.region);
  return records
    .map(({ projectId, pipelineId, region }) => ({ projectId, pipelineId, region }))
    .sort((a, b) => a.projectId.localeCompare(b.projectId));
}

/** A project's record, apps and stacks; undefined when its pipeline has been deleted meanwhile. */
export async function findProject(console: FoundConsole, projectId: string): Promise<FoundProject | undefined> {
  const record = await readPipelineRecord(console.metadataTable, projectId, console.region);
  if (record === undefined) return undefined;
  const { pipelineId, region } = record;
  const [appIds, stacks] = await Promise.all([
    appIdsOf(console.metadataTable, projectId, console.region),
    pipelineStacks(console.stackPrefix, pipelineId, region),
  ]);
  const timezones = new Map((record.timezone ?? []).map((entry) => [entry.appId, entry.timezone]));
  const apps = appIds.map((appId) => {
    const timezone = timezones.get(appId);
    return { appId, ...(timezone === undefined || timezone === '' ? {} : { timezone }) };
  });
  const redshift = stacks.get('DataModelingRedshift');
  const parameters = redshift === undefined ? new Map<string, string>() : parametersOf(redshift);
  const warehouse = redshift === undefined ? undefined : warehouseOf(redshift, parameters, region);
  const rpu = parameters.get('RedshiftMode') === 'New_Serverless' ? Number(parameters.get('RedshiftServerlessRPU')) : 0;
  const retentionDays = Number(parameters.get('ClearExpiredEventsRetentionRangeDays'));
  const found = [...stacks].map(([type, stack]) => foundStack(type, stack));
  return {
    projectId,
    pipelineId,
    region,
    version: versionOf(found),
    stacks: found,
    record: recordOf(record),
    apps,
    ingestion: await ingestionOf(record, stacks.get('Ingestion'), region),
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(rpu > 0 ? { rpu } : {}),
    ...(retentionDays > 0 ? { retentionDays } : {}),
    handSet: handSet(projectId, redshift, stacks.get('Reporting')),
  };
}

async function pipelineStacks(
  prefix: string,
  pipelineId: string,
  region: string,
): Promise<Map<PipelineStackType, Stack>> {
  const found = await Promise.all(
    PIPELINE_STACK_TYPES.map(async (type) => {
      for (const name of stackNames(prefix, type, pipelineId)) {
        const stack = await findStack(region, name);
        if (stack !== undefined) return [[type, stack] as const];
      }
      return [];
    }),
  );
  return new Map(found.flat());
}

function foundStack(type: string, stack: Stack): FoundStack {
  const version = versionTag(stack);
  return {
    type,
    stackName: stack.StackName ?? '',
    stackId: stack.StackId ?? '',
    status: stack.StackStatus ?? '',
    ...(version === undefined ? {} : { version }),
  };
}

function versionOf(stacks: readonly FoundStack[]): string {
  const redshift = stacks.find(({ type }) => type === 'DataModelingRedshift')?.version;
  const others = stacks.flatMap(({ version }) => version ?? []);
  const compare = new Intl.Collator('en', { numeric: true }).compare;
  return redshift ?? others.sort(compare)[0] ?? '';
}

function recordOf(record: PipelineRecord): FoundProject['record'] {
  const execution = lastExecution(record)?.status;
  return {
    ...(record.templateVersion === undefined ? {} : { templateVersion: record.templateVersion }),
    ...(record.lastAction === undefined ? {} : { lastAction: record.lastAction }),
    ...(execution === undefined ? {} : { execution }),
  };
}

/** No output tells how events are taken in: the types of the resources do. */
async function ingestionOf(
  { ingestionServer }: PipelineRecord,
  stack: Stack | undefined,
  region: string,
): Promise<FoundProject['ingestion']> {
  if (stack === undefined) return { kind: 'none' };
  const types = new Set((await stackResources(region, stack.StackName ?? '')).map(({ type }) => type));
  const parameters = parametersOf(stack);
  const size = (given: number | undefined, name: string): number =>
    given ?? (parameters.has(name) ? Number(parameters.get(name)) : Number.NaN);
  const [serverMin, serverMax] = [
    size(ingestionServer?.size?.serverMin, 'ServerMin'),
    size(ingestionServer?.size?.serverMax, 'ServerMax'),
  ];
  return {
    kind: !types.has('AWS::ECS::Service')
      ? 'none'
      : types.has('AWS::AutoScaling::AutoScalingGroup')
        ? 'ec2'
        : 'fargate',
    ...(Number.isFinite(serverMin) ? { serverMin } : {}),
    ...(Number.isFinite(serverMax) ? { serverMax } : {}),
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

/**
 * Where somebody pointed the dashboards to another Redshift by hand: the console makes all parameters anew.
 * Source: awslabs/clickstream-analytics-on-aws, docs/en/faq.md and data-reporting-quicksight-stack.ts
 */
function handSet(projectId: string, redshift: Stack | undefined, reporting: Stack | undefined): string[] {
  if (redshift === undefined || reporting === undefined) return [];
  const parameters = parametersOf(reporting);
  const output = (end: string): string | undefined =>
    redshift.Outputs?.find(({ OutputKey: key }) => key === `StackCreatedRedshiftServerlessWorkgroup${end}`)
      ?.OutputValue;
  const generated: [name: string, value: string | undefined][] = [
    ['RedshiftEndpointParam', output('EndpointAddress')],
    ['RedshiftPortParam', output('EndpointPort')],
    ['RedshiftDBParam', projectId],
  ];
  return generated.flatMap(([name, value]) => {
    const set = parameters.get(name);
    if (set === undefined || set === '' || value === undefined || set === value) return [];
    return [
      `Parameter ${name} of stack ${reporting.StackName ?? ''} is ${set}: the upgrade resets it to ${value}, set it again afterwards if that was on purpose.`,
    ];
  });
}
