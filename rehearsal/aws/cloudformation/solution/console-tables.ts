import { physicalName } from '../../../template/physical-names';
import type { SimulatedStack } from '../stacks';
import { versionParts, type SolutionDescription } from './description';
import { metadataItems } from './metadata';
import type { SolutionNames } from './naming';
import type { SolutionTable } from './solution';

/** The console's tables with their logical ids. */
export type ConsoleTables = Record<
  'metadata' | 'dictionary' | 'analytics',
  { logicalId: string; table: SolutionTable }
>;

/**
 * The console's three tables and what is in them.
 * Source: awslabs/clickstream-analytics-on-aws, click-stream-api.ts
 */
export function consoleTables(
  description: SolutionDescription,
  names: SolutionNames,
  pipelineStacks: SimulatedStack[],
): ConsoleTables {
  const { region, stackName } = description.console;
  const table = (
    logicalId: string,
    keys: { AttributeName: string; KeyType: string }[],
    items: Record<string, unknown>[],
    hasIndex: boolean,
  ): { logicalId: string; table: SolutionTable } => {
    const TableName = physicalName(stackName, logicalId, 255);
    const attributes = [
      ...keys.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' })),
      ...(hasIndex ? INDEX_ATTRIBUTES : []),
    ];
    return {
      logicalId,
      table: {
        region,
        arn: names.arn('dynamodb', region, `table/${TableName}`),
        createTable: {
          TableName,
          AttributeDefinitions: attributes,
          KeySchema: keys,
          ...(hasIndex ? { GlobalSecondaryIndexes: [TIME_INDEX] } : {}),
          BillingMode: 'PAY_PER_REQUEST',
        },
        items,
      },
    };
  };
  const idAndType = [
    { AttributeName: 'id', KeyType: 'HASH' },
    { AttributeName: 'type', KeyType: 'RANGE' },
  ];
  return {
    metadata: table(
      'ClickStreamApiClickstreamMetadataEC136DD8',
      idAndType,
      metadataItems(description, names, pipelineStacks),
      true,
    ),
    dictionary: table(
      'ClickStreamApiClickstreamDictionaryFDA4AD32',
      [{ AttributeName: 'name', KeyType: 'HASH' }],
      dictionaryItems(description, names),
      false,
    ),
    analytics: table('ClickStreamApiAnalyticsMetadata4C5E5BA1', idAndType, [], false),
  };
}

const TIME_INDEX = {
  IndexName: 'prefix-time-index',
  KeySchema: [
    { AttributeName: 'prefix', KeyType: 'HASH' },
    { AttributeName: 'createAt', KeyType: 'RANGE' },
  ],
  Projection: { ProjectionType: 'ALL' },
};

const INDEX_ATTRIBUTES = [
  { AttributeName: 'prefix', AttributeType: 'S' },
  { AttributeName: 'createAt', AttributeType: 'N' },
];

/** The keys that template URLs are made of. Source: same repository, api/common/utils.ts and config/dictionary.json */
function dictionaryItems(
  { partition, console: { version } }: SolutionDescription,
  names: SolutionNames,
): Record<string, unknown>[] {
  const data = {
    name: 'clickstream-analytics-on-aws',
    dist_output_bucket: partition === 'aws-cn' ? 'aws-gcr-solutions' : 'solutions-reference',
    bucket_region: partition === 'aws-cn' ? 'cn-north-1' : 'us-east-1',
    url_suffix: names.urlSuffix,
    target: versionParts(version).release,
    prefix: 'default/',
    version,
  };
  return [{ name: 'Solution', data }];
}
