import { createHash } from 'node:crypto';
import * as z from 'zod';
import { warehouseSession } from '../shared/clients';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever, ErrorCode, UpgradeError } from '../shared/errors';
import { readProjectPlan } from '../shared/plan/store';
import {
  newestExecution,
  redrive,
  schemaExecutionName,
  startSchemaExecution,
  type SchemaExecution,
} from '../shared/schema/executions';
import { missingObjects } from '../shared/schema/objects';
import { LOOK_AGAIN_SECONDS, schemaWorkflow, START_PATIENCE_MS } from '../shared/schema/workflow';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';

import type { environment, progress, target } from './schema';

type Target = z.infer<typeof target>;
type Progress = z.infer<typeof progress>;

export interface SchemaObservation {
  /** The plan expects the pipeline's upgrade to have changed the schema. */
  expected: boolean;
  /** The newest execution since the Redshift stack's last update began. */
  execution: SchemaExecution | undefined;
  /** What was done about a failed execution before. */
  record: RepairRecord | undefined;
  /** Objects of the new data model that are not there. */
  missing: readonly string[];
  waitedMs: number;
}

export type SchemaAction =
  | { do: 'done' }
  | { do: 'wait'; for: 'execution' | 'start' }
  /** Permission is written down first; `again` repeats an act whose effect is not seen yet. */
  | { do: 'run again'; execution: SchemaExecution; again: boolean }
  | { do: 'fail'; why: string };

/** That a failed execution was run again, and under which permission. One an app. */
export const repairRecord = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  root: z.string(),
  redrive: z.number().int(),
  /** The execution that had failed, and how often it had been redriven then. */
  execution: z.string(),
  redrives: z.number().int(),
  atMs: z.number().int(),
});
export type RepairRecord = z.infer<typeof repairRecord>;

/**
 * Pure. Proved by the objects; an execution that failed is run again once for each permission: the first time it is seen, and
 * at each redrive of ours. Without an execution none was due: the schema had not changed.
 */
export function decide(seen: SchemaObservation, attempt: { root: string; redrive: number }): SchemaAction {
  const { execution, record, missing } = seen;
  const names = missing.join(', ');
  if (execution === undefined) {
    if (missing.length === 0) return { do: 'done' };
    if (seen.expected && seen.waitedMs < START_PATIENCE_MS) return { do: 'wait', for: 'start' };
    return {
      do: 'fail',
      why: `No execution of the workflow was started since the stack was updated; missing: ${names}.`,
    };
  }
  switch (execution.status) {
    case 'RUNNING':
      return { do: 'wait', for: 'execution' };
    case 'SUCCEEDED':
      if (missing.length === 0) return { do: 'done' };
      return { do: 'fail', why: `The execution succeeded, and yet these are missing: ${names}.` };
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED': {
      const isSpent = record?.root === attempt.root && attempt.redrive <= record.redrive;
      if (!isSpent) return { do: 'run again', execution, again: false };
      // Written down, but it has not happened yet, or its answer was lost.
      if (record.execution === execution.arn && record.redrives === execution.redrives)
        return { do: 'run again', execution, again: true };
      return { do: 'fail', why: execution.error ?? `The execution ended ${execution.status}.` };
    }
    default:
      return assertNever(execution.status);
  }
}

/** One pass of *Wait for schema*. */
export async function converge(
  request: StepRequest<Target, Progress>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Progress, Record<string, never>>> {
  const { PLAN_BUCKET: bucket, STATE_TABLE: tableName } = tools.environment;
  const { projectId, appId, schemaOnly = false } = request.target;
  const plan = await readProjectPlan(bucket, request.root.plan, request.target);
  const { region, warehouse } = plan;
  if (warehouse === undefined) {
    return { status: 'DONE', result: {}, summary: `schema of ${appId}: skipped, the project has no Redshift` };
  }
  const { machine, sinceMs } = await schemaWorkflow(plan);
  const execution = machine === undefined ? undefined : await newestExecution(region, machine, appId, sinceMs);
  const table = new StateTable(tableName);
  const key = `schema/${region}/${projectId}/${appId}`;
  const record = await table.get(key, repairRecord);
  const session = await warehouseSession(warehouse, projectId, request.now);
  const settled = execution === undefined || execution.status === 'SUCCEEDED';
  const missing = settled ? await missingObjects(session, tools.reads, { appId, schemaOnly }) : [];
  const attempt = { root: request.root.id, redrive: request.attempt.redrive };
  // The stack's update ended when the pipeline's did; the project child has gone on at once.
  const waitedMs = request.now - Math.max(sinceMs, tools.loopSinceMs);
  const action = decide({ expected: plan.expectSchema, execution, record, missing, waitedMs }, attempt);
  const say = (text: string): string => `schema of ${appId}: ${text}`;
  switch (action.do) {
    case 'done':
      return {
        status: 'DONE',
        result: {},
        summary: say(execution === undefined ? 'unchanged, every object is there' : 'upgraded, every object is there'),
        facts: execution === undefined ? { changed: false } : { changed: true, execution: execution.arn },
      };
    case 'wait': {
      const summary = action.for === 'start' ? 'its workflow has not been started yet' : 'its workflow is running';
      return { status: 'IN_PROGRESS', waitSeconds: LOOK_AGAIN_SECONDS, summary: say(summary) };
    }
    case 'run again': {
      const { arn, redrives, input, redrivable } = action.execution;
      const revision = (record?.revision ?? 0) + (action.again ? 0 : 1);
      const atMs = action.again ? (record?.atMs ?? request.now) : request.now;
      if (!action.again) await table.put(key, { v: 1, revision, ...attempt, execution: arn, redrives, atMs });
      if (redrivable) await redrive(region, arn, tokenOf(key, revision));
      else if (machine !== undefined)
        await startSchemaExecution(region, machine, schemaExecutionName(appId, atMs, revision), input);
      return {
        status: 'IN_PROGRESS',
        waitSeconds: LOOK_AGAIN_SECONDS,
        summary: say(`its workflow had ended ${action.execution.status} and runs again`),
      };
    }
    case 'fail':
      throw schemaError({ projectId, appId, region }, execution, action.why);
    default:
      return assertNever(action);
  }
}

/** At most 64 characters. Source: Step Functions API Reference, RedriveExecution */
function tokenOf(key: string, revision: number): string {
  return createHash('sha256')
    .update(`${key} ${String(revision)}`)
    .digest('hex');
}

function schemaError(
  app: { projectId: string; appId: string; region: string },
  execution: SchemaExecution | undefined,
  why: string,
): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.SchemaFailed,
    what: `The schema of app ${app.appId} is not the one of the new release.`,
    why,
    next:
      execution === undefined
        ? 'Look at the custom resource of the project’s Redshift stack: it should have started the workflow. Then redrive.'
        : 'Open that execution, resolve the reason of its failed statement, then redrive: the workflow is run again.',
    redrive: 'yes',
    ids: {
      projectId: app.projectId,
      appId: app.appId,
      ...(execution === undefined ? {} : { schemaExecution: execution.arn }),
    },
  });
}
