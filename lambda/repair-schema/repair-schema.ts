import * as z from 'zod';
import languagesFile from '../../sql/udf/languages.sql';
import { warehouseSession } from '../shared/clients';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever } from '../shared/errors';
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
import { dataWorkflows } from '../shared/solution/data-workflows';
import { stackNames } from '../shared/solution/pipeline-stacks';
import { findStack } from '../shared/solution/stacks';
import { statement } from '../shared/sql/statement';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import { REPLACED_NAMES, type LambdaUdf } from '../shared/udf/functions';
import { prepareWarehouse } from '../shared/udf/prepare';
import { decide, repairRecord, type RepairRecord } from './decide';
import { listGone, notRecognised, repairFailed } from './errors';
import { readList, writeList } from './list-store';
import { repairList } from './repaired-list';
import type { environment, progress, target } from './schema';

type Progress = z.infer<typeof progress>;
type Request = StepRequest<z.infer<typeof target>, Progress>;
type StepTools = Tools<z.infer<typeof environment>>;
type Answer = StepAnswer<Progress, Record<string, never>>;

const LOOK_AGAIN_SECONDS = 20;

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
  const { region, warehouse, udf, stackPrefix, pipelineId } = plan;
  const say = (text: string): string => `schema of ${appId}: ${text}`;
  const done = (text: string): Answer => ({ status: 'DONE', result: {}, summary: say(text) });
  const wait = (text: string): Answer => ({
    status: 'IN_PROGRESS',
    waitSeconds: LOOK_AGAIN_SECONDS,
    summary: say(text),
  });
  if (warehouse === undefined || udf === undefined) return done('skipped, no function has to be replaced');
  const [stackName = ''] = stackNames(stackPrefix, 'DataModelingRedshift', pipelineId);
  const stack = await findStack(region, stackName);
  const { schema: machine } = await dataWorkflows(region, stackPrefix, pipelineId);
  if (machine === undefined) return done('skipped, the release has no schema workflow');
  const sinceMs = (stack?.LastUpdatedTime ?? stack?.CreationTime)?.getTime() ?? 0;
  const execution = await newestExecution(region, machine, appId, sinceMs);
  const table = new StateTable(tableName);
  const key = `repair/${region}/${projectId}/${appId}`;
  const record = await table.get(key, repairRecord);
  const session = await warehouseSession(warehouse, projectId, request.now);
  const missing = execution === undefined ? await missingObjects(session, tools.reads, { appId, schemaOnly }) : [];
  const attempt = { root: request.root.id, redrive: request.attempt.redrive };
  const waitedMs = request.now - Math.max(sinceMs, tools.loopSinceMs);
  const action = decide({ expected: plan.expectSchema, execution, record, missing, waitedMs }, attempt);
  const project: Project = { plan, warehouse, udf, machine };
  const revision = (record?.revision ?? 0) + 1;
  switch (action.do) {
    case 'done':
      if (action.because === 'not due') return done('no run of it was due');
      return proved(await languagesOf(session, tools, appId), { record, execution }, done);
    case 'wait':
      return wait(action.for === 'start' ? 'its workflow has not been started yet' : 'its workflow is running');
    case 'start':
      await startSchemaExecution(region, machine, action.record.name, action.record.input);
      return wait('the repaired run is started');
    case 'repeat': {
      const name = schemaExecutionName(appId, request.now, revision);
      await begin(project, table, key, { ...action.record, ...attempt, revision, failed: action.execution.arn, name });
      return wait('the repaired run had failed and is started again');
    }
    case 'fail':
      throw repairFailed(target, action.execution);
    case 'repair': {
      const made = await repaired(project, request, tools, { execution: action.execution, count: revision });
      if (made === 'without python') return done('its run failed, and not because of Python');
      if ('waitsFor' in made) return wait(made.waitsFor);
      await begin(project, table, key, { v: 1, revision, ...attempt, failed: action.execution.arn, ...made });
      return wait(`run again with ${manyText(made.replaced.length, 'function')} replaced`);
    }
    default:
      return assertNever(action);
  }
}

/** Written down first: whoever is interrupted in between starts the one of that name. */
async function begin(
  { plan: { region }, machine }: Project,
  table: StateTable,
  key: string,
  record: RepairRecord,
): Promise<void> {
  await table.put(key, record);
  await startSchemaExecution(region, machine, record.name, record.input);
}

/** The repaired list, written to S3; or what has to come first. */
async function repaired(
  project: Project,
  { target, now }: Request,
  tools: StepTools,
  { execution, count }: { execution: SchemaExecution; count: number },
): Promise<'without python' | { waitsFor: string } | Pick<RepairRecord, 'name' | 'input' | 'replaced'>> {
  const { plan, warehouse, udf } = project;
  const { region } = plan;
  const { appId } = target;
  const { list, missing } = await readList(region, execution.input);
  if (missing.length > 0) throw listGone(target, execution, missing);
  const session = await warehouseSession(warehouse, plan.projectId, now);
  const inPython = [...(await languagesOf(session, tools, appId))].flatMap(([name, language]) =>
    language === PYTHON ? [name] : [],
  );
  const result = repairList(list, { appId, udf, inPython });
  switch (result.is) {
    case 'without python':
      return 'without python';
    case 'not recognised':
      throw notRecognised(target, execution, result.found);
    case 'repaired': {
      const prepared = await prepareWarehouse(plan, project, tools.reads, now);
      if (!prepared.ready) return { waitsFor: prepared.waitsFor };
      const input = await writeList(region, result.entries, { input: execution.input, count });
      return { name: schemaExecutionName(appId, now, count), input, replaced: result.replaced };
    }
    default:
      return assertNever(result);
  }
}

const PYTHON = 'plpythonu';
/** Source: Redshift Developer Guide, USAGE ON LANGUAGE EXFUNC */
const EXTERNAL = 'exfunc';

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

/** What has succeeded is believed when it shows. */
function proved(
  languages: ReadonlyMap<string, string>,
  { record, execution }: { record: RepairRecord | undefined; execution: SchemaExecution | undefined },
  done: (text: string) => Answer,
): Answer {
  const external = [...languages.values()].filter((language) => language === EXTERNAL).length;
  const answer = done(`${manyText(external, 'function')} of ${String(REPLACED_NAMES.length)} by Lambda`);
  if (answer.status !== 'DONE' || record?.name !== execution?.name || record === undefined) return answer;
  return { ...answer, facts: { replaced: external, execution: execution?.arn ?? '' } };
}
