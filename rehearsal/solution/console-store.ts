import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { SolutionDescription } from '../aws/cloudformation/solution-stacks';
import { solutionOf } from '../aws/cloudformation/solution-stacks';
import type { DynamoDb } from '../aws/dynamodb/dynamodb';

type Item = Record<string, unknown>;

/** The latest record of a pipeline, as far as the solution's own logic looks into it. */
export interface PipelineItem extends Item {
  id: string;
  type: string;
  projectId: string;
  pipelineId: string;
  region: string;
  version: string;
  updateAt: number;
  templateVersion?: string;
  lastAction?: string;
  statusType?: string;
  timezone?: { appId: string; timezone: string }[];
  ingestionServer?: { size?: { serverMin: number; serverMax: number } };
  workflow?: { Version: string; Workflow: unknown };
  executionDetail?: ExecutionDetail;
  stackDetails?: StackDetail[];
  /** Records of old releases keep both under it. */
  status?: { status?: string; executionDetail?: ExecutionDetail; stackDetails?: StackDetail[] };
}

export interface ExecutionDetail {
  executionArn: string;
  name: string;
  status: string;
}

export interface StackDetail {
  stackName: string;
  stackType: string;
  stackStatus?: string;
  stackTemplateVersion?: string;
}

/** The console's tables, read and written by its own functions: in-process, one change after the other. */
export class ConsoleStore {
  private readonly region: string;
  private readonly metadata: string;
  private readonly dictionary: string;
  private changes: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly dynamoDb: DynamoDb,
    description: SolutionDescription,
  ) {
    const environment = solutionOf(description).functions[0]?.environment ?? {};
    this.region = description.console.region;
    this.metadata = environment['CLICK_STREAM_TABLE_NAME'] ?? '';
    this.dictionary = environment['DICTIONARY_TABLE_NAME'] ?? '';
  }

  async pipeline(projectId: string, pipelineId: string): Promise<PipelineItem | undefined> {
    return (await this.get({ id: projectId, type: latest(pipelineId) })) as PipelineItem | undefined;
  }

  /** Changes the latest record of a pipeline; nothing happens where there is none. */
  async changePipeline(
    projectId: string,
    pipelineId: string,
    change: (record: PipelineItem) => PipelineItem,
  ): Promise<void> {
    const work = this.changes.then(async () => {
      const record = await this.pipeline(projectId, pipelineId);
      if (record !== undefined) await this.put(change(record));
    });
    this.changes = work.catch(() => undefined);
    await work;
  }

  /** Keeps what a record was beside what it is now. Source: awslabs/clickstream-analytics-on-aws, dynamodb-store.ts */
  async replacePipeline(before: PipelineItem, change: (record: PipelineItem) => PipelineItem): Promise<void> {
    await this.put({ ...before, type: `PIPELINE#${before.pipelineId}#${before.version}`, deleted: true });
    await this.changePipeline(before.projectId, before.pipelineId, change);
  }

  /** Ids of a project's apps. */
  async appIds(projectId: string): Promise<string[]> {
    const items = (await this.dynamoDb.items(this.region, this.metadata)).map((item) => plain(item));
    return items.flatMap(({ id, type, appId, deleted }) =>
      id === projectId && String(type).startsWith('APP#') && deleted !== true ? [String(appId)] : [],
    );
  }

  /** Role of a user; undefined where the console does not know the user. */
  async role(uid: string): Promise<string | undefined> {
    const user = await this.get({ id: uid, type: 'USER' });
    return typeof user?.['role'] === 'string' ? user['role'] : undefined;
  }

  /** Whether this request id was there already; if not, it is now. */
  async takeRequestId(id: string, nowMs: number): Promise<'new' | 'known'> {
    if ((await this.get({ id, type: 'REQUESTID' })) !== undefined) return 'known';
    await this.put({ id, type: 'REQUESTID', ttl: Math.floor(nowMs / 1_000) + REQUEST_ID_SECONDS });
    return 'new';
  }

  /** A request that the console failed may come again under the same id. */
  async forgetRequestId(id: string): Promise<void> {
    await this.dynamoDb.deleteItem(this.region, this.metadata, marshall({ id, type: 'REQUESTID' }));
  }

  /** What template URLs are made of. */
  async solutionDictionary(): Promise<Record<string, string>> {
    const item = await this.dynamoDb.getItem(this.region, this.dictionary, marshall({ name: 'Solution' }));
    return (item === undefined ? {} : plain(item)['data']) as Record<string, string>;
  }

  async putDictionary(items: readonly Item[]): Promise<void> {
    for (const item of items) await this.dynamoDb.putItem(this.region, this.dictionary, marshall(item));
  }

  private async get(key: Item): Promise<Item | undefined> {
    const item = await this.dynamoDb.getItem(this.region, this.metadata, marshall(key));
    return item === undefined ? undefined : plain(item);
  }

  private async put(item: Item): Promise<void> {
    await this.dynamoDb.putItem(this.region, this.metadata, marshall(item, { removeUndefinedValues: true }));
  }
}

/** Source: awslabs/clickstream-analytics-on-aws, dynamodb-store.ts (REQUESTID items and their ttl) */
const REQUEST_ID_SECONDS = 600;

function latest(pipelineId: string): string {
  return `PIPELINE#${pipelineId}#latest`;
}

function plain(item: Record<string, unknown>): Item {
  return unmarshall(item as Parameters<typeof unmarshall>[0]);
}
