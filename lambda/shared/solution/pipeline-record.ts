import { QueryCommand, type QueryCommandInput, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamoDb } from '../clients';

const executionDetail = z.object({ executionArn: z.string().optional(), name: z.string(), status: z.string() });
const stackDetail = z.object({
  stackName: z.string(),
  stackType: z.string().optional(),
  stackStatus: z.string().optional(),
});
const progress = { executionDetail: executionDetail.optional(), stackDetails: z.array(stackDetail).optional() };

/**
 * The latest record of a pipeline in the console's table ClickstreamMetadata, as far as an upgrade reads it.
 * Records written by old releases keep execution and stacks under `status`.
 * Source: awslabs/clickstream-analytics-on-aws, api/model/pipeline.ts
 */
export const pipelineRecord = z.object({
  projectId: z.string(),
  pipelineId: z.string(),
  region: z.string(),
  type: z.string(),
  deleted: z.boolean().optional(),
  timezone: z.array(z.object({ appId: z.string(), timezone: z.string() })).optional(),
  templateVersion: z.string().optional(),
  lastAction: z.string().optional(),
  statusType: z.string().optional(),
  ingestionServer: z
    .object({ size: z.object({ serverMin: z.number(), serverMax: z.number() }).partial().optional() })
    .optional(),
  status: z.object({ status: z.string().optional(), ...progress }).optional(),
  ...progress,
});
export type PipelineRecord = z.infer<typeof pipelineRecord>;

/** Latest records of all pipelines, by the console's index. */
export async function pipelineRecords(
  tableName: string,
  indexName: string,
  region?: string,
): Promise<PipelineRecord[]> {
  const items = await query(
    {
      TableName: tableName,
      IndexName: indexName,
      KeyConditionExpression: '#prefix = :prefix',
      ExpressionAttributeNames: { '#prefix': 'prefix' },
      ExpressionAttributeValues: marshall({ ':prefix': 'PIPELINE' }),
    },
    region,
  );
  return items.map((item) => pipelineRecord.parse(item)).filter(isLatest);
}

/** The latest record of a project's pipeline, strongly consistent; undefined when it has none. */
export async function readPipelineRecord(
  tableName: string,
  projectId: string,
  region?: string,
): Promise<PipelineRecord | undefined> {
  const items = await query(
    {
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: '#id = :id AND begins_with(#type, :pipeline)',
      ExpressionAttributeNames: { '#id': 'id', '#type': 'type' },
      ExpressionAttributeValues: marshall({ ':id': projectId, ':pipeline': 'PIPELINE#' }),
    },
    region,
  );
  return items.map((item) => pipelineRecord.parse(item)).find(isLatest);
}

/** What the record knows of its last workflow execution. */
export function lastExecution(record: PipelineRecord): z.infer<typeof executionDetail> | undefined {
  return record.executionDetail ?? record.status?.executionDetail;
}

const appItem = z.object({ appId: z.string(), deleted: z.boolean().optional() });

/** Ids of a project's apps. */
export async function appIdsOf(tableName: string, projectId: string, region?: string): Promise<string[]> {
  const items = await query(
    {
      TableName: tableName,
      KeyConditionExpression: '#id = :id AND begins_with(#type, :app)',
      ExpressionAttributeNames: { '#id': 'id', '#type': 'type' },
      ExpressionAttributeValues: marshall({ ':id': projectId, ':app': 'APP#' }),
    },
    region,
  );
  return items
    .map((item) => appItem.parse(item))
    .filter(({ deleted }) => deleted !== true)
    .map(({ appId }) => appId)
    .sort();
}

function isLatest({ type, deleted }: PipelineRecord): boolean {
  return type.endsWith('#latest') && deleted !== true;
}

async function query(input: QueryCommandInput, region?: string): Promise<unknown[]> {
  const items: unknown[] = [];
  let from: QueryCommandInput['ExclusiveStartKey'];
  do {
    const output: QueryCommandOutput = await dynamoDb(region).send(
      new QueryCommand({ ...input, ...(from === undefined ? {} : { ExclusiveStartKey: from }) }),
    );
    items.push(...(output.Items ?? []).map((item) => unmarshall(item)));
    from = output.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}
