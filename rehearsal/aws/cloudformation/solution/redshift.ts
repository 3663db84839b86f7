import { deterministicUuid, nameSuffix, physicalName } from '../../../template/physical-names';
import type { SimulatedStack, StackOutput } from '../stacks';
import { isAtLeast, type RedshiftChoice, type SolutionDescription, type SolutionProject } from './description';
import type { SolutionNames } from './naming';
import { ruleResources, warehouseRulesOf, type SolutionRule } from './processing';
import {
  adminRole,
  dataApiRole,
  newWorkgroupName,
  warehouseOf,
  workflowFilesOf,
  workgroupArn,
} from './redshift-access';
import type { SolutionRole, SolutionStateMachine, SolutionWarehouse, WorkflowKind } from './solution';
import { nestedStack } from './nested-stack';

export interface ModelingStack {
  parameters: Record<string, string>;
  outputs: StackOutput[];
  nested: SimulatedStack;
  /** Logical id of the nested stack in the one that holds it. */
  nestedLogicalId: string;
  warehouse: SolutionWarehouse;
  /** That of the Data API, and in a workgroup of the solution's own its administrator's. */
  roles: SolutionRole[];
  stateMachines: SolutionStateMachine[];
  /** Of its workflows: what starts them. */
  rules: SolutionRule[];
}

/**
 * What the stack DataModelingRedshift of a project holds: workflows, warehouse, and the role of its Data API calls.
 * Source: awslabs/clickstream-analytics-on-aws, data-analytics-redshift-stack.ts, analytics/parameter.ts,
 * analytics/private/analytics-on-redshift.ts and redshift-serverless.ts
 */
export function modelingOf(
  project: SolutionProject,
  redshift: RedshiftChoice,
  parentName: string,
  description: SolutionDescription,
  names: SolutionNames,
): ModelingStack {
  const { region, projectId } = project;
  const version = project.version ?? description.console.version;
  const kind = KINDS[redshift.mode];
  const nestedId = `${kind.outputPrefix}NestedStack${kind.outputPrefix}NestedStackResource`;
  const nestedName = physicalName(parentName, nestedId, 128);
  const role = dataApiRole(project, redshift, physicalName(nestedName, kind.roleId), description, names);
  const admin =
    redshift.mode === 'New_Serverless'
      ? adminRole(project, redshift, physicalName(nestedName, ADMIN_ROLE), description, names)
      : undefined;
  const warehouse = warehouseOf(project, redshift, { dataApi: role, admin }, description, names);
  const stateMachines = MACHINES.filter(({ since }) => isAtLeast(version, since)).map(
    ({ kind: workflow, logicalId }) => {
      const name = names.generated(logicalId, `${nestedName}/${logicalId}`);
      const arn = names.arn('states', region, `stateMachine:${name}`);
      const tags = Object.entries(names.tags(project)).map(([key, value]) => ({ key, value }));
      return { logicalId, machine: { kind: workflow, region, name, arn, tags, projectId } };
    },
  );
  const machineArn = (workflow: WorkflowKind): string =>
    stateMachines.find(({ machine }) => machine.kind === workflow)?.machine.arn ?? '';
  const started = { loadArn: machineArn('load-data'), clearExpiredArn: machineArn('clear-expired') };
  const rules = warehouseRulesOf(project, nestedName, started, description, names);
  const prefixed = {
    BIUserCredentialParameterName: `/clickstream/reporting/user/${projectId}`,
    BIUserName: `clickstream_bi_${nameSuffix(projectId).slice(0, 8).toLowerCase()}`,
    RedshiftDataApiRoleArn: warehouse.dataApiRoleArn,
    SQLExecutionStateMachineArn: machineArn('sql-execution'),
    ScanMetadataWorkflowArn: machineArn('scan-metadata'),
  };
  const resources = [
    ...stateMachines.map(({ logicalId, machine }) => ({
      logicalId,
      physicalId: machine.arn,
      type: 'AWS::StepFunctions::StateMachine',
    })),
    ...ruleResources(rules),
    ...(kind.roleId === '' ? [] : [{ logicalId: kind.roleId, physicalId: role.name, type: 'AWS::IAM::Role' }]),
    ...(admin === undefined ? [] : [{ logicalId: ADMIN_ROLE, physicalId: admin.name, type: 'AWS::IAM::Role' }]),
  ];
  const nested = nestedStack(
    { project, parentName, stackName: nestedName },
    { description: `(SO0219-dmr) ${kind.outputPrefix}`, resources },
    description,
    names,
  );
  return {
    parameters: parametersOf(project, redshift, version, description, names),
    outputs: [
      ...Object.entries(prefixed).map(([key, value]) => ({ key: `${kind.outputPrefix}${key}`, value })),
      ...(redshift.mode === 'New_Serverless' ? newServerlessOutputs(project, names) : []),
    ],
    nested,
    nestedLogicalId: nestedId,
    warehouse,
    roles: admin === undefined ? [role] : [role, admin],
    stateMachines: stateMachines.map(({ machine }) => machine),
    rules,
  };
}

const KINDS: Record<RedshiftChoice['mode'], { outputPrefix: string; roleId: string }> = {
  // The misspelling is the solution's.
  New_Serverless: {
    outputPrefix: 'NewRedshiftServerless',
    roleId: 'RedshiftServerelssWorkgroupRedshiftServerlessDataAPIRole303D0537',
  },
  Serverless: { outputPrefix: 'ExistingRedshiftServerless', roleId: '' },
  Provisioned: { outputPrefix: 'ProvisionedRedshift', roleId: 'RedshiftDataExecRole79983868' },
};

/** The misspelling is the solution's; the hash at its end is made up. */
const ADMIN_ROLE = 'RedshiftServerelssWorkgroupRedshiftServerlessClickstreamWorkgroupAdminRole5C1E9B74';

/** Workflows of a project's warehouse; hash ends made up where they are not known. */
const MACHINES: { kind: WorkflowKind; logicalId: string; since: string }[] = [
  { kind: 'load-data', logicalId: 'ClickstreamLoadDataWorkflow', since: '1.0.0' },
  { kind: 'scan-metadata', logicalId: 'ScanMetadataWorkflowScanMetadataStateMachine1E8B3A5C', since: '1.1.0' },
  {
    kind: 'clear-expired',
    logicalId: 'ClearExpiredEventsWorkflowClearExpiredEventsStateMachine7D2F4C60',
    since: '1.0.0',
  },
  { kind: 'sql-execution', logicalId: 'CreateApplicationSchemasSQLExecutionStateMachineEC44F630', since: '1.1.0' },
  { kind: 'refresh-views', logicalId: 'RefreshMaterializedViewsWorkflowRefreshMVStateMachine5A9C0E17', since: '1.1.6' },
  {
    kind: 'refresh-procedures',
    logicalId: 'RefreshMaterializedViewsWorkflowRefreshSPStateMachine90B6D2F4',
    since: '1.1.6',
  },
];

function newServerlessOutputs(project: SolutionProject, names: SolutionNames): StackOutput[] {
  const name = newWorkgroupName(project);
  return Object.entries({
    StackCreatedRedshiftServerlessWorkgroupName: name,
    StackCreatedRedshiftServerlessWorkgroupEndpointAddress: `${name}.example.${project.region}.redshift-serverless.${names.urlSuffix}`,
    StackCreatedRedshiftServerlessWorkgroupEndpointPort: '5439',
    StackCreatedRedshiftServerlessNamespaceName: name,
  }).map(([key, value]) => ({ key, value }));
}

function parametersOf(
  project: SolutionProject,
  redshift: RedshiftChoice,
  version: string,
  description: SolutionDescription,
  names: SolutionNames,
): Record<string, string> {
  const { projectId, apps, region } = project;
  const isExisting = redshift.mode === 'Serverless';
  const timezones = apps.flatMap(({ appId, timezone }) => (timezone === undefined ? [] : [{ appId, timezone }]));
  const workgroupId = isExisting ? workgroupArn(project, redshift.workgroupName, names).split('/')[1] : undefined;
  const files = workflowFilesOf(project, description);
  const metadata = physicalName(description.console.stackName, 'ClickStreamApiClickstreamMetadataEC136DD8', 255);
  return {
    RedshiftMode: redshift.mode,
    ProjectId: projectId,
    AppIds: apps.map(({ appId }) => appId).join(','),
    RedshiftDefaultDatabase: 'dev',
    ClearExpiredEventsRetentionRangeDays: '365',
    LoadWorkflowBucket: files.bucket,
    LoadWorkflowBucketPrefix: files.prefix,
    NewRedshiftServerlessWorkgroupName: redshift.mode === 'New_Serverless' ? newWorkgroupName(project) : '',
    RedshiftServerlessRPU: redshift.mode === 'New_Serverless' ? String(redshift.rpu ?? 32) : '16',
    RedshiftServerlessWorkgroupName: isExisting ? redshift.workgroupName : '',
    RedshiftServerlessWorkgroupId: workgroupId ?? '',
    RedshiftServerlessNamespaceId: isExisting ? deterministicUuid(`namespace/${region}/${redshift.workgroupName}`) : '',
    RedshiftServerlessIAMRole: isExisting ? redshift.roleArn : '',
    RedshiftClusterIdentifier: redshift.mode === 'Provisioned' ? redshift.clusterIdentifier : '',
    RedshiftDbUser: redshift.mode === 'Provisioned' ? redshift.dbUser : '',
    ...(isAtLeast(version, '1.1.6')
      ? {
          ClickstreamMetadataDdbArn: names.arn('dynamodb', description.console.region, `table/${metadata}`),
          DataFreshnessInHour: '24',
          RefreshReportDays: '1',
          RefreshMode: 'all',
          TimeZoneWithAppId: JSON.stringify(timezones),
        }
      : {}),
  };
}
