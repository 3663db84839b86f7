import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  type ExecutionStatus,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import statusFile from '../../sql/metrics/status.sql';
import { isAwsError } from '../shared/aws-errors';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever, ErrorCode, UpgradeError } from '../shared/errors';
import type { JournalRecord } from '../shared/journal';
import { openApp, type AppContext } from '../shared/migration/app';
import type { AppPlan, AppTarget } from '../shared/plan/app-plan';
import { passesForStatement, pollGapSeconds } from '../shared/polling';
import { dataWorkflows } from '../shared/solution/data-workflows';
import { redshiftStackName } from '../shared/solution/pipeline-stacks';
import { stackResources } from '../shared/solution/stacks';
import { statement } from '../shared/sql/statement';
import type { Tools } from '../shared/step';
import { unitState } from '../shared/unit';
import { localDayBounds } from '../shared/local-days';
import type { environment, progress } from './schema';
import { perRegion } from '../shared/per-region';
import { guarded } from '../shared/guard/guard';

type Progress = z.infer<typeof progress>;

export interface MetricsObservation {
  /** Newest row that a recalculation by hand left, and newest refresh of the base view, in the warehouse's seconds. */
  recalculatedSeconds: number | undefined;
  refreshedSeconds: number | undefined;
  /** Our own execution of the workflow, if there is one to look at. */
  ours: { status: ExecutionStatus; cause: string | undefined } | undefined;
  /** Another execution of the workflow is running: a new one would end at once, having done nothing. */
  busy: boolean;
}

export type MetricsAction =
  | { do: 'done' }
  | { do: 'wait for ours' }
  | { do: 'wait for another' }
  | { do: 'fail'; code: typeof ErrorCode.WorkflowFailed | typeof ErrorCode.WorkflowDidNothing; why: string }
  | { do: 'start' };

/**
 * Pure. Done is: a row says that the metrics were recalculated by hand after the base view was last refreshed. That the
 * workflow succeeded proves nothing.
 */
export function decide(seen: MetricsObservation): MetricsAction {
  const { recalculatedSeconds: recalculated, refreshedSeconds: refreshed } = seen;
  if (seen.ours?.status === 'RUNNING' || seen.ours?.status === 'PENDING_REDRIVE') return { do: 'wait for ours' };
  if (recalculated !== undefined && recalculated >= (refreshed ?? 0)) return { do: 'done' };
  switch (seen.ours?.status) {
    case undefined:
      return seen.busy ? { do: 'wait for another' } : { do: 'start' };
    case 'SUCCEEDED':
      return {
        do: 'fail',
        code: ErrorCode.WorkflowDidNothing,
        why: 'It succeeded and left no row MANUALLY in refresh_mv_sp_status: another execution was running, or it knows no app.',
      };
    default:
      return {
        do: 'fail',
        code: ErrorCode.WorkflowFailed,
        why: seen.ours?.cause ?? `The execution ended ${String(seen.ours?.status)}.`,
      };
  }
}

const stepFunctions = perRegion((region) => guarded(new SFNClient({ region })));

/** Another execution ends when it ends: there is no hurry to look. */
const BUSY_GAP_SECONDS = 300;

/** One pass of *Recalculate metrics*, by the solution's own workflow. */
export async function converge(
  request: StepRequest<AppTarget, Progress>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Progress, Record<string, never>>> {
  const app = await openApp(request, tools, 'metrics');
  const sfn = stepFunctions(app.plan.region);
  const record = await app.journal.read();
  const attempt = { root: request.root.id, redrive: request.attempt.redrive, retry: request.attempt.retry };
  const state = unitState(record, attempt, request.now);
  // A start whose answer was lost is repeated with the same name and input, which gives the same execution.
  const lost = state.is === 'unanswered' || state.is === 'untraceable';
  const known = lost ? await start(sfn, app, state.record) : record;
  const ours = state.is === 'free' ? undefined : await describe(sfn, known);
  const seen = { ...(await readStatus(app)), ours, busy: ours === undefined && (await isBusy(sfn, app.plan)) };
  const say = (text: string): string => `metrics of ${app.plan.appId}: ${text}`;
  const action = decide(seen);
  switch (action.do) {
    case 'done':
      if (known?.state === 'alive') await app.journal.write(known, { ...known, state: 'done' });
      return { status: 'DONE', result: {}, summary: say('recalculated') };
    case 'wait for another':
      return {
        status: 'IN_PROGRESS',
        waitSeconds: BUSY_GAP_SECONDS,
        summary: say('waiting for another run of the refresh workflow'),
      };
    case 'wait for ours': {
      const elapsed = Math.max(0, (request.now - (known?.openedAtMs ?? request.now)) / 1_000);
      const waitSeconds = Math.max(
        SHORTEST_GAP_SECONDS,
        pollGapSeconds(elapsed, passesForStatement(app.passesLeft, 0)),
      );
      return {
        status: 'IN_PROGRESS',
        waitSeconds,
        summary: say(`the refresh workflow has been running for ${String(Math.round(elapsed / 60))} min`),
      };
    }
    case 'fail': {
      if (known?.state === 'alive') {
        await app.journal.write(known, {
          ...known,
          state: 'dead',
          cause: 'failed',
          error: action.why,
          facts: { ...known.facts, code: action.code },
          ...attempt,
        });
      }
      throw workflowError(app.plan, known, action);
    }
    case 'start': {
      const token = app.journal.token(record, request.root.id);
      const opened = await app.journal.write(record, {
        ...attempt,
        token,
        state: 'open',
        openedAtMs: request.now,
        passesAtStart: request.execution.passes,
        execution: request.execution.id,
        timeOuts: 0,
        facts: { input: JSON.stringify(workflowInput(app.plan)) },
      });
      await start(sfn, app, opened);
      return {
        status: 'IN_PROGRESS',
        waitSeconds: SHORTEST_GAP_SECONDS,
        summary: say('the refresh workflow was started'),
      };
    }
    default:
      return assertNever(action);
  }
}

/** Describing an execution does not wait, so a look every few seconds is enough at first. */
const SHORTEST_GAP_SECONDS = 10;

/**
 * Input of the refresh workflow for one app: whole local days from the cutoff's to the newest event's. A start later in
 * its day than the end would lose the first day. Source: the solution's guide, recalculating metrics.
 */
export function workflowInput(plan: AppPlan): Record<string, unknown> {
  const days = plan.histogram.filter(([, events]) => events > 0).map(([dayMs]) => dayMs);
  const oldest = Math.min(...days, plan.cutoffMs);
  const newest = Math.max(...days, plan.cutoffMs);
  const { startMs } = localDayBounds(oldest, plan.timezone);
  // The newest UTC day may reach into the local day after it.
  const { endMs } = localDayBounds(newest + 86_399_999, plan.timezone);
  return {
    refreshStartTime: startMs,
    refreshEndTime: endMs,
    timezoneWithAppIdList: [{ appId: plan.appId, timezone: plan.timezone }],
  };
}

async function start(sfn: SFNClient, app: AppContext, record: JournalRecord): Promise<JournalRecord> {
  const stateMachineArn = await refreshWorkflow(app.plan);
  const name = `upgrade-${record.token}`.slice(0, 80);
  const id = await sfn
    .send(new StartExecutionCommand({ stateMachineArn, name, input: String(record.facts['input']) }))
    .then((output) => output.executionArn)
    .catch((error: unknown) => {
      // It ran and has ended while the answer was lost.
      if (isAwsError(error, 'ExecutionAlreadyExists'))
        return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      throw error;
    });
  if (id === undefined) throw new Error('StartExecution answered without an ARN');
  return app.journal.write(record, { ...record, state: 'alive', id });
}

/** Looked up when it is needed: the pipeline's upgrade may have made it anew. */
async function refreshWorkflow({ region, stackPrefix, pipelineId, projectId, appId }: AppPlan): Promise<string> {
  const { refresh } = dataWorkflows(await stackResources(region, redshiftStackName(stackPrefix, pipelineId)));
  if (refresh !== undefined) return refresh;
  throw new UpgradeError({
    code: ErrorCode.WorkflowFailed,
    what: `The solution's refresh workflow was not found, so the metrics of app ${appId} are not recalculated.`,
    why: `The Redshift stack of pipeline ${pipelineId} has no state machine RefreshMaterializedViewsWorkflow….`,
    next: 'Bring the pipeline to its release in the web console, then redrive.',
    redrive: 'yes',
    ids: { projectId, appId },
  });
}

async function describe(sfn: SFNClient, record: JournalRecord | undefined): Promise<MetricsObservation['ours']> {
  if (record?.state === 'dead') {
    const didNothing = record.facts['code'] === ErrorCode.WorkflowDidNothing;
    return { status: didNothing ? 'SUCCEEDED' : 'FAILED', cause: record.error };
  }
  if (record?.id === undefined) return undefined;
  const output = await sfn.send(new DescribeExecutionCommand({ executionArn: record.id }));
  return { status: output.status ?? 'RUNNING', cause: output.cause ?? output.error };
}

async function isBusy(sfn: SFNClient, plan: AppPlan): Promise<boolean> {
  const stateMachineArn = await refreshWorkflow(plan);
  const output = await sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 }));
  return (output.executions ?? []).length > 0;
}

const seconds = z.coerce.number().nullable();
const statusRow = z.object({ recalculated_seconds: seconds, refreshed_seconds: seconds });

async function readStatus(
  app: AppContext,
): Promise<Pick<MetricsObservation, 'recalculatedSeconds' | 'refreshedSeconds'>> {
  const [row] = await app.reads.rows(app.session, statement(statusFile, { schema: app.schema }), statusRow);
  return {
    recalculatedSeconds: row?.recalculated_seconds ?? undefined,
    refreshedSeconds: row?.refreshed_seconds ?? undefined,
  };
}

function workflowError(
  plan: AppPlan,
  record: JournalRecord | undefined,
  action: Extract<MetricsAction, { do: 'fail' }>,
): UpgradeError {
  return new UpgradeError({
    code: action.code,
    what: `The solution's refresh workflow did not recalculate the metrics of app ${plan.appId}.`,
    why: action.why,
    next: 'Look at that execution, resolve the reason, then redrive: the workflow is started again.',
    redrive: 'yes',
    ids: {
      projectId: plan.projectId,
      appId: plan.appId,
      ...(record?.id === undefined ? {} : { workflowExecution: record.id }),
    },
  });
}
