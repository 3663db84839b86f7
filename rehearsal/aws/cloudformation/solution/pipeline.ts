import { physicalName } from '../../../template/physical-names';
import type { SimulatedStack, SimulatedStackResource, StackOutput } from '../stacks';
import { isAtLeast, versionParts, type SolutionDescription, type SolutionProject } from './description';
import { ingestionOf, type IngestionStack } from './ingestion';
import type { SolutionNames } from './naming';
import {
  processingOf,
  SCHEDULE_EXPRESSION,
  wholeProcessing,
  type ProcessingStack,
  type SolutionProcessing,
} from './processing';
import { modelingOf, type ModelingStack } from './redshift';

/** The stacks of one project's pipeline, in the order the solution makes them, and what warehouse and servers bring. */
export interface Pipeline {
  stacks: SimulatedStack[];
  modeling: ModelingStack | undefined;
  ingestion: IngestionStack | undefined;
  processing: SolutionProcessing | undefined;
}

interface PipelineStackPart {
  type: string;
  code: string;
  parameters?: Record<string, string>;
  outputs?: StackOutput[];
  resources?: SimulatedStackResource[];
}

/**
 * Stack names, template descriptions, outputs and tags of a pipeline.
 * Source: awslabs/clickstream-analytics-on-aws, api/common/utils.ts (getStackPrefix, getStackName), stack-excution.ts,
 * base-lib constant.ts
 */
export function pipelineOf(project: SolutionProject, description: SolutionDescription, names: SolutionNames): Pipeline {
  const stackName = (type: string): string => names.pipelineStack(project, type);
  const redshift = project.redshift;
  const modeling =
    redshift === undefined
      ? undefined
      : modelingOf(project, redshift, stackName('DataModelingRedshift'), description, names);
  const ingestionType = ingestionTypeOf(project);
  const ingestion =
    project.ingestion === undefined
      ? undefined
      : ingestionOf(project, project.ingestion, stackName(ingestionType), description, names);
  const processing =
    project.processing === false ? undefined : processingOf(project, stackName('DataProcessing'), description, names);
  const parts = partsOf(project, names, { modeling, ingestion, processing });
  const stacks = parts.map((part) => stackOf(part, stackName(part.type), project, description, names));
  const nested = [ingestion?.nested ?? [], processing?.nested ?? [], modeling?.nested ?? []].flat();
  return {
    stacks: [...stacks, ...nested],
    modeling,
    ingestion,
    processing: processing === undefined ? undefined : wholeProcessing(project, processing, modeling),
  };
}

/** Fargate came with the second kind of ingestion stack, which has no sink in its name. Source: same, api/common/utils.ts */
function ingestionTypeOf({ sink = 's3', ingestion }: SolutionProject): string {
  return ingestion?.infra === 'FARGATE' ? 'Ingestion' : `Ingestion-${sink}`;
}

function partsOf(
  project: SolutionProject,
  names: SolutionNames,
  {
    modeling,
    ingestion,
    processing,
  }: {
    modeling: ModelingStack | undefined;
    ingestion: IngestionStack | undefined;
    processing: ProcessingStack | undefined;
  },
): PipelineStackPart[] {
  const { projectId, region } = project;
  const pipelineId = names.pipelineId(project);
  const text = (values: Record<string, string>): StackOutput[] =>
    Object.entries(values).map(([key, value]) => ({ key, value }));
  return [
    {
      type: 'ServiceCatalogAppRegistry',
      code: 'reg',
      parameters: { ProjectId: projectId },
      outputs: text({
        ServiceCatalogAppRegistryApplicationArn: names.arn(
          'servicecatalog',
          region,
          `/applications/${pipelineId.slice(0, 26)}`,
        ),
        ServiceCatalogAppRegistryApplicationTagKey: 'awsApplication',
        ServiceCatalogAppRegistryApplicationTagValue: names.arn('resource-groups', region, `group/${projectId}`),
      }),
    },
    {
      type: 'Metrics',
      code: 'met',
      parameters: { ProjectId: projectId },
      outputs: text({
        ObservabilityDashboardName: `clickstream-${projectId}`,
        ObservabilityTopicArn: names.arn('sns', region, `clickstream-${projectId}`),
      }),
    },
    {
      type: ingestionTypeOf(project),
      code: 'ing',
      parameters: { ProjectId: projectId, ...ingestion?.parameters },
      outputs: text({
        IngestionServerC0000IngestionServerDNS: `ingestion.${region}.elb.${names.urlSuffix}`,
        IngestionServerC0000IngestionServerURL: `http://ingestion.${region}.elb.${names.urlSuffix}/collect`,
      }),
      ...(ingestion === undefined
        ? {}
        : {
            resources: [
              {
                logicalId: ingestion.nestedLogicalId,
                physicalId: ingestion.nested.stackId,
                type: 'AWS::CloudFormation::Stack',
              },
            ],
          }),
    },
    ...(processing === undefined
      ? []
      : [
          {
            type: 'DataProcessing',
            code: 'dpe',
            parameters: {
              ProjectId: projectId,
              AppIds: project.apps.map(({ appId }) => appId).join(','),
              ScheduleExpression: SCHEDULE_EXPRESSION,
            },
            outputs: processing.outputs,
            resources: [
              {
                logicalId: processing.nestedLogicalId,
                physicalId: processing.nested.stackId,
                type: 'AWS::CloudFormation::Stack',
              },
            ],
          },
        ]),
    ...(modeling === undefined
      ? []
      : [
          {
            type: 'DataModelingRedshift',
            code: 'dmr',
            parameters: modeling.parameters,
            outputs: modeling.outputs,
            resources: [
              {
                logicalId: modeling.nestedLogicalId,
                physicalId: modeling.nested.stackId,
                type: 'AWS::CloudFormation::Stack',
              },
            ],
          },
        ]),
    ...(modeling === undefined || project.reporting === false
      ? []
      : [
          {
            type: 'Reporting',
            code: 'rep',
            parameters: { RedshiftDBParam: projectId },
            outputs: text({
              Dashboards: '[]',
              DataSourceArn: names.arn('quicksight', region, `datasource/clickstream_${projectId}`),
              RedshiftDataApiRoleArn: modeling.warehouse.dataApiRoleArn,
              RedshiftEndpointAddress: `${modeling.warehouse.name}.${region}.redshift.${names.urlSuffix}`,
              RedshiftDatabaseName: projectId,
            }),
          },
        ]),
  ];
}

function stackOf(
  part: PipelineStackPart,
  stackName: string,
  project: SolutionProject,
  description: SolutionDescription,
  names: SolutionNames,
): SimulatedStack {
  const { region } = project;
  const version = project.version ?? description.console.version;
  const { release, build } = versionParts(version);
  const updatedMs = description.updatedMs;
  const prefixParameters = isAtLeast(version, '1.1.6')
    ? { IamRolePrefix: description.console.iamRolePrefix ?? '', IamRoleBoundaryArn: '' }
    : {};
  return {
    region,
    stackName,
    stackId: names.stackId(region, stackName),
    description: `(SO0219-${part.code}) Clickstream Analytics on AWS (Version ${release})(Build ${build})`,
    status: updatedMs === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE',
    parameters: { ...part.parameters, ...prefixParameters },
    outputs: part.outputs ?? [],
    tags: names.tags(project),
    resources: part.resources ?? [
      { logicalId: 'Role', physicalId: physicalName(stackName, 'Role'), type: 'AWS::IAM::Role' },
    ],
    createdMs: description.createdMs,
    ...(updatedMs === undefined ? {} : { updatedMs }),
  };
}
