import * as z from 'zod';
import languagesFile from '../../sql/udf/languages.sql';
import { readCleanUp } from '../shared/clean-up-record';
import { warehouseSession } from '../shared/clients';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever } from '../shared/errors';
import type { AppTarget } from '../shared/plan/app-plan';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { readProjectPlan } from '../shared/plan/store';
import type { WarehouseRef } from '../shared/plan/warehouse';
import {
  newestExecution,
  schemaExecutionName,
  startSchemaExecution,
  type SchemaExecution,
} from '../shared/schema/executions';
import { missingObjects } from '../shared/schema/objects';
import { LOOK_AGAIN_SECONDS, schemaWorkflow } from '../shared/schema/workflow';
import { statement } from '../shared/sql/statement';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import { REPLACED_NAMES, type LambdaUdf } from '../shared/udf/functions';
import { associateInQuiet, prepareWarehouse } from '../shared/udf/prepare';
import { decide, listRepair, type ListRepair } from './decide';
import { listGone, listUnknown, notRecognised, repairFailed } from './errors';
import { foundFunctions, type FoundFunctions } from './found-functions';
import { readList, writeList } from './list-store';
import { repairList } from './repaired-list';
import type { environment, progress, target } from './schema';

type Progress = z.infer<typeof progress>;
type Request = StepRequest<z.infer<typeof target>, Progress>;
type StepTools = Tools<z.infer<typeof environment>>;
type Answer = StepAnswer<Progress, Record<string, never>>;

/** A project whose functions are replaced. */
interface Project {
  plan: ProjectPlan;
  warehouse: WarehouseRef;
  udf: LambdaUdf;
  /** ARN of the solution's schema workflow. */
  machine: string;
}

/**
 * One pass of *Repair the schema*: where Redshift has ended Python functions, the solution's own run of its schema stops at
 * the first of them. Its list of statements is copied with those replaced and run again, under a name by which the web console
 * shows it as the app's. Proved by the functions' languages. Source: docs/python-udfs.md
 */
export async function converge(request: Request, tools: StepTools): Promise<Answer> {
  const { PLAN_BUCKET: bucket, STATE_TABLE: tableName } = tools.environment;
  const { target } = request;
  const { appId, projectId, schemaOnly = false } = target;
  const plan = await readProjectPlan(bucket, request.root.plan, target);
  const { region, warehouse, udf } = plan;
  const say = (text: string): string => `schema of ${appId}: ${text}`;
  const done = (text: string): Answer => ({ status: 'DONE', result: {}, summary: say(text) });
  const wait = (text: string): Answer => ({
    status: 'IN_PROGRESS',
    waitSeconds: LOOK_AGAIN_SECONDS,
    summary: say(text),
  });
  if (warehouse === undefined || udf === undefined) return done('skipped, no function has to be replaced');
  const { machine, sinceMs } = await schemaWorkflow(plan);
  if (machine === undefined) return done('skipped, the release has no schema workflow');
  const execution = await newestExecution(region, machine, appId, sinceMs);
  if (execution?.status === 'RUNNING') return wait('its workflow is running');
  const earlier = execution === undefined ? await newestExecution(region, machine, appId, 0) : undefined;
  const table = new StateTable(tableName);
  const key = `repair/${region}/${projectId}/${appId}`;
  const record = await table.get(key, listRepair);
  const session = await warehouseSession(warehouse, projectId, request.now);
  const missing = await missingObjects(session, tools.reads, { appId, schemaOnly });
  const languages = await languagesOf(session, tools, appId);
  const functions = foundFunctions(languages, await droppedNames(table, target));
  const attempt = { root: request.root.id, redrive: request.attempt.redrive };
  const waitedMs = request.now - Math.max(sinceMs, tools.loopSinceMs);
  const observed = { execution, earlier, record, missing, functions, waitedMs };
  const action = decide({ expected: plan.expectSchema && plan.pipeline !== 'none', ...observed }, attempt);
  const project: Project = { plan, warehouse, udf, machine };
  switch (action.do) {
    case 'done': {
      const external = functions.external.length;
      if (external === 0) return done('nothing to replace');
      // The update of the stack may have taken the role away from the warehouse.
      const association = await associateInQuiet(plan, project);
      if (!association.ready) return wait(association.waitsFor);
      const ours = record?.name === execution?.name ? { facts: { replaced: external } } : {};
      return { ...done(`${manyText(external, 'function')} by Lambda`), ...ours };
    }
    case 'wait':
      return wait(action.for === 'start' ? 'its workflow has not been started yet' : 'its workflow is running');
    case 'start':
      await startSchemaExecution(region, machine, action.record.name, action.record.input);
      return wait('the repaired run is started');
    case 'fail':
      throw repairFailed(target, action.execution, action.why, { warehouse, udf });
    case 'give up':
      throw listUnknown(target, functions.unreplaced);
    case 'repair': {
      const count = (record?.revision ?? 0) + 1;
      const { original } = action;
      const made = await repaired(project, request, tools, { execution: action.execution, original, functions, count });
      if (made === 'without python') return done('its run failed, and not because of Python');
      if ('waitsFor' in made) return wait(made.waitsFor);
      // Written down first: whoever is interrupted in between starts the one of that name.
      await table.put(key, { v: 1, revision: count, ...attempt, failed: action.execution.arn, original, ...made });
      await startSchemaExecution(region, machine, made.name, made.input);
      return wait(`run again with ${manyText(made.replaced.length, 'function')} replaced`);
    }
    default:
      return assertNever(action);
  }
}

/** The repaired list, written to S3; or what has to come first. */
async function repaired(
  project: Project,
  { target, now }: Request,
  tools: StepTools,
  from: { execution: SchemaExecution; original: string; functions: FoundFunctions; count: number },
): Promise<'without python' | { waitsFor: string } | Pick<ListRepair, 'name' | 'input' | 'replaced'>> {
  const { plan, udf } = project;
  const { region } = plan;
  const { appId } = target;
  const { execution, original, functions, count } = from;
  const { list, missing } = await readList(region, original);
  if (missing.length > 0) throw listGone(target, execution, missing);
  const result = repairList(list, { appId, udf, present: functions.present });
  switch (result.is) {
    case 'without python':
      // Its functions answer nothing, and its list has none that could be put in their places.
      if (execution.status === 'SUCCEEDED') throw notRecognised(target, execution, functions.unreplaced);
      return 'without python';
    case 'not recognised':
      throw notRecognised(target, execution, result.found);
    case 'repaired': {
      const prepared = await prepareWarehouse(plan, project, tools.reads, now);
      if (!prepared.ready) return { waitsFor: prepared.waitsFor };
      const input = await writeList(region, result.entries, { input: original, count });
      return { name: schemaExecutionName(appId, now, count), input, replaced: result.replaced };
    }
    default:
      return assertNever(result);
  }
}

const languageRow = z.object({ name: z.string(), language: z.string() });

/** Language of each of the functions that the app's schema has. */
async function languagesOf(
  session: Awaited<ReturnType<typeof warehouseSession>>,
  { reads }: StepTools,
  appId: string,
): Promise<Map<string, string>> {
  const sql = statement(languagesFile, {}, { schema: appId, names: `,${REPLACED_NAMES.join(',')},` });
  const rows = await reads.rows(session, sql, languageRow, appId);
  return new Map(rows.map(({ name, language }) => [name, language]));
}

/** Functions that a clean-up of the app set out to drop: from then on nobody misses them. */
async function droppedNames(table: StateTable, target: AppTarget): Promise<Set<string>> {
  const objects = (await readCleanUp(table, target))?.objects ?? [];
  return new Set(objects.map((signature) => signature.replace(/\(.*$/, '')));
}
