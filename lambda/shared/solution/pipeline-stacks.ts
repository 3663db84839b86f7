/**
 * Names of a pipeline's stacks. `<prefix>-<type>-<pipeline id>`, where the prefix is `Clickstream`, after the console's
 * parameter IamRolePrefix and a hyphen where there is one.
 * Source: awslabs/clickstream-analytics-on-aws, api/common/utils.ts (getStackPrefix, getStackName)
 */
export function stackPrefix(iamRolePrefix: string | undefined): string {
  return iamRolePrefix === undefined || iamRolePrefix === '' ? 'Clickstream' : `${iamRolePrefix}-Clickstream`;
}

/** Stack types of a pipeline. The ingestion stack of 1.1.x carries its sink in its name, that of 1.2 does not. */
export const PIPELINE_STACK_TYPES = [
  'ServiceCatalogAppRegistry',
  'Metrics',
  'Ingestion',
  'KafkaConnector',
  'DataProcessing',
  'DataModelingAthena',
  'DataModelingRedshift',
  'Streaming',
  'Reporting',
] as const;
export type PipelineStackType = (typeof PIPELINE_STACK_TYPES)[number];

const INGESTION_SUFFIXES = ['-s3', '-kafka', '-kinesis', ''];

/** Names that a stack of this type can have, the likelier first. */
export function stackNames(prefix: string, type: PipelineStackType, pipelineId: string): string[] {
  const suffixes = type === 'Ingestion' ? INGESTION_SUFFIXES : [''];
  return suffixes.map((suffix) => `${prefix}-${type}${suffix}-${pipelineId}`);
}

/** Name of a pipeline's Redshift stack, with the warehouse, its schema and its workflows. */
export function redshiftStackName(prefix: string, pipelineId: string): string {
  const [name = ''] = stackNames(prefix, 'DataModelingRedshift', pipelineId);
  return name;
}
