import type { StackDetail, ConsoleStore, PipelineItem } from '../console-store';
import { isOtherVersion, pipelineStatus, progressOf } from '../pipeline-status';
import { retryOf, stacksIn, workflowOf, type StackInput, type WorkflowNode } from '../workflow-tree';
import { fail, Refused, success, type ApiRequest, type ApiResponse } from './request';

/** What the routes need of the world behind them. */
export interface PipelineWorld {
  store: ConsoleStore;
  now(): number;
  /** Version of the API function that answers: `FULL_SOLUTION_VERSION`. */
  version(): string;
  /** Pipeline of a project; the console knows no other. */
  pipelineIdOf(projectId: string): string | undefined;
  /** What a workflow asks of each stack of the project: of the console's version, or of another. */
  stackInputs(record: PipelineItem, version?: string): Promise<StackInput[]>;
  /** Stacks as they are now. */
  stackDetails(record: PipelineItem): StackDetail[];
  /** Starts the workflow machine and answers with the execution's ARN. */
  start(name: string, workflow: WorkflowNode): string;
  executionStatus(executionArn: string): string;
  /** Called between the start of the workflow and the write of the record: may never come back. */
  afterStart(): void;
  /** An app has a time zone now: what is made of the record later shows it. */
  onTimezone(projectId: string, appId: string, timezone: string): void;
}

/**
 * The routes of the console's API that an upgrade goes through: refusals, answers, and the order in which things happen.
 * Source: awslabs/clickstream-analytics-on-aws v1.1.7, api/service/pipeline.ts, api/service/application.ts,
 * api/model/pipeline.ts, api/common/stack-params-valid.ts
 */
export class PipelineRoutes {
  constructor(private readonly world: PipelineWorld) {}

  async upgrade(pipelineId: string, request: ApiRequest, operator: string): Promise<ApiResponse> {
    const record = await this.record(request.query['pid'], pipelineId, 'Pipeline resource does not exist.');
    const { store } = this.world;
    // 1.1.6 and 1.1.7 take Active only.
    if (pipelineStatus(record) !== 'Active') {
      return fail(400, 'The pipeline current status does not allow upgrade.');
    }
    if (record.templateVersion === this.world.version()) {
      return fail(400, 'Pipeline is already the latest version.');
    }
    await this.checkTimezones(record);
    checkServers(record);
    const workflow = workflowOf(await this.world.stackInputs(record));
    const started = this.start(pipelineId, workflow);
    this.world.afterStart();
    await store.replacePipeline(record, (latest) => ({
      ...latest,
      ...this.progress(latest, started),
      workflow: { Version: WORKFLOW_VERSION, Workflow: workflow },
      templateVersion: this.world.version(),
      lastAction: 'Upgrade',
      version: String(this.world.now()),
      updateAt: this.world.now(),
      operator,
    }));
    return success(201, { id: pipelineId }, 'Pipeline upgraded.');
  }

  async retry(pipelineId: string, request: ApiRequest): Promise<ApiResponse> {
    const record = await this.record(request.query['pid'], pipelineId, 'Pipeline not found');
    if (!['Failed', 'Warning'].includes(pipelineStatus(record))) {
      return fail(400, 'The pipeline current status does not allow retry.');
    }
    const stored = record.workflow?.Workflow as WorkflowNode | undefined;
    // A retry runs the recorded workflow again, at the version it was made for; the one of a world's first record is empty.
    const workflow =
      stored !== undefined && 'Type' in stored
        ? stored
        : workflowOf(await this.world.stackInputs(record, record.templateVersion));
    const names = new Set(stacksIn(workflow));
    const needsWork = this.world
      .stackDetails(record)
      .filter((stack) => names.has(stack.stackName) && (isBroken(stack) || isOtherVersion(stack, record)));
    const again = retryOf(workflow, new Set(needsWork.map(({ stackName }) => stackName)));
    const started = this.start(pipelineId, again);
    this.world.afterStart();
    await this.world.store.changePipeline(record.projectId, pipelineId, (latest) => ({
      ...latest,
      ...this.progress(latest, started),
      updateAt: this.world.now(),
    }));
    return success(201, null, 'Pipeline retry.');
  }

  /** The id in the path does not count: a project has one pipeline. */
  async details(request: ApiRequest): Promise<ApiResponse> {
    const projectId = request.query['pid'] ?? '';
    const pipelineId = this.world.pipelineIdOf(projectId) ?? '';
    const known = await this.record(projectId, pipelineId, 'Pipeline not found');
    if (request.query['refresh'] === 'force') await this.refresh(known);
    const record = (await this.world.store.pipeline(projectId, pipelineId)) ?? known;
    const { execution, stacks } = progressOf(record);
    const solutionVersion = this.world.version();
    const pipelineVersion = record.templateVersion ?? '';
    return success(200, {
      ...record,
      executionDetail: execution,
      stackDetails: stacks,
      statusType: pipelineStatus(record),
      templateInfo: { isLatest: pipelineVersion === solutionVersion, pipelineVersion, solutionVersion },
    });
  }

  async timezone(appId: string, request: ApiRequest): Promise<ApiResponse> {
    const { projectId, timezone } = request.body;
    if (typeof timezone !== 'string' || !isTimezone(timezone)) return fail(400, 'Invalid timezone.');
    const project = typeof projectId === 'string' ? projectId : '';
    const pipelineId = this.world.pipelineIdOf(project) ?? '';
    const record = await this.record(project, pipelineId, 'The latest pipeline not found.');
    if (['Creating', 'Deleting', 'Updating'].includes(pipelineStatus(record))) {
      return fail(400, 'The pipeline current status does not allow update.');
    }
    const known = record.timezone?.find((entry) => entry.appId === appId)?.timezone ?? '';
    // The solution answers so: success in the body, 400 as the status.
    if (known.trim() !== '') return { ...success(400, null, 'Timezone not allowed to be modified.') };
    await this.world.store.changePipeline(project, pipelineId, (latest) => ({
      ...latest,
      timezone: [...(latest.timezone ?? []).filter((entry) => entry.appId !== appId), { appId, timezone }],
      updateAt: this.world.now(),
    }));
    this.world.onTimezone(project, appId, timezone);
    return success(201, { id: appId }, 'Application timezone updated.');
  }

  /** Looks at execution and stacks anew, and writes down what it saw. */
  private async refresh(record: PipelineItem): Promise<void> {
    const { store } = this.world;
    await store.changePipeline(record.projectId, record.pipelineId, (latest) => {
      const { execution } = progressOf(latest);
      return {
        ...latest,
        stackDetails: this.world.stackDetails(latest),
        ...(execution === undefined ? {} : { executionDetail: { ...execution, status: this.statusOf(execution) } }),
        updateAt: this.world.now(),
      };
    });
  }

  private statusOf({ executionArn, status }: { executionArn: string; status: string }): string {
    try {
      return this.world.executionStatus(executionArn);
    } catch {
      // Executions are forgotten after ninety days; the record stays.
      return status;
    }
  }

  private start(pipelineId: string, workflow: WorkflowNode): { executionArn: string; name: string } {
    const name = `main-${pipelineId}-${this.world.now()}`;
    return { executionArn: this.world.start(name, workflow), name };
  }

  private progress(record: PipelineItem, started: { executionArn: string; name: string }): Partial<PipelineItem> {
    return {
      executionDetail: { ...started, status: 'RUNNING' },
      stackDetails: this.world.stackDetails(record),
    };
  }

  private async record(projectId: string | undefined, pipelineId: string, missing: string): Promise<PipelineItem> {
    const record = projectId === undefined ? undefined : await this.world.store.pipeline(projectId, pipelineId);
    if (record === undefined) throw new Refused(fail(404, missing));
    return record;
  }

  /** From 1.1.6 on. The wording is ours; the solution's is not known. */
  private async checkTimezones(record: PipelineItem): Promise<void> {
    const apps = await this.world.store.appIds(record.projectId);
    const missing = apps.filter(
      (appId) => !record.timezone?.some((entry) => entry.appId === appId && entry.timezone.trim() !== ''),
    );
    if (missing.length > 0)
      throw new Refused(fail(400, `These apps have no reporting time zone: ${missing.join(', ')}.`));
  }
}

/** Source: same repository, model-ln.ts and the stored workflow's version */
const WORKFLOW_VERSION = '2022-03-15';

function checkServers({ ingestionServer }: PipelineItem): void {
  if (ingestionServer?.size?.serverMin !== 1 || ingestionServer.size.serverMax !== 1) return;
  throw new Refused(
    fail(400, 'Validation error: this pipeline not allow to update with the server size minimum and maximum are 1.'),
  );
}

function isBroken({ stackStatus = '' }: StackDetail): boolean {
  return /_FAILED$|ROLLBACK_COMPLETE$/.test(stackStatus);
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
