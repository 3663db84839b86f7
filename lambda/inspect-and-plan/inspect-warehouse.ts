import * as z from 'zod';
import probeFile from '../../sql/check/udf/rm-object-props.sql';
import dependantsFile from '../../sql/inspect/dependants.sql';
import foreignFile from '../../sql/inspect/foreign-objects.sql';
import histogramFile from '../../sql/inspect/histogram.sql';
import objectsFile from '../../sql/inspect/objects.sql';
import { isAwsError } from '../shared/aws-errors';
import { warehouseSession } from '../shared/clients';
import { ErrorCode, UpgradeError } from '../shared/errors';
import { dayCount } from '../shared/plan/app-plan';
import type { WarehouseRef } from '../shared/plan/warehouse';
import type { Reads } from '../shared/redshift/reads';
import type { WarehouseSession } from '../shared/redshift/session';
import { workgroupLimits } from '../shared/redshift/workgroup';
import { identifier } from '../shared/sql/identifiers';
import { statement } from '../shared/sql/statement';
import { findUdf, foundUdf } from './find-udf';
import { probePython, pythonState } from './python-probe';

/** What a project's warehouse tells about its apps. Schemas are app ids in lower case, as Redshift folds them. */
export const measurement = z.object({
  projectId: z.string(),
  /** Why nothing could be read, as a problem for the operator; the rest is empty then. */
  problem: z.string().optional(),
  /** Names of the legacy objects, new tables and functions of each app's schema. */
  objects: z.record(z.string(), z.array(z.string())),
  /** Apps with a legacy event table, and their events from the cutoff on by UTC day. */
  legacy: z.record(z.string(), z.array(dayCount)),
  /** Views outside the solution, and what they stand on. */
  dependants: z.array(z.object({ view: z.string(), on: z.string() })),
  /** Objects in the apps' schemas with another owner. */
  foreign: z.array(z.object({ name: z.string(), owner: z.string() })),
  /** Whether new Python functions can be created; absent where nobody needs to know. */
  python: pythonState.optional(),
  /** Where they cannot: whether one that an app has already still answers. */
  pythonCall: z.enum(['answers', 'fails']).optional(),
  /** Where they cannot, and the input wants them replaced: by what. */
  udf: foundUdf.optional(),
  baseCapacityRpu: z.number().optional(),
  maxQueryExecutionSeconds: z.number().optional(),
});
export type Measurement = z.infer<typeof measurement>;

/** What is asked of a warehouse. */
export interface Inspection {
  projectId: string;
  warehouse: WarehouseRef;
  appIds: readonly string[];
  /** Events are counted from here on; nothing is counted where it is left out. */
  cutoffMs?: number;
  /** Apps whose events are counted from another moment on. */
  cutoffs?: ReadonlyMap<string, number>;
  /** Views and owners are listed. */
  lists: boolean;
  /** Python functions are probed: where an app has legacy events, or always. */
  probes: 'never' | 'legacy' | 'always';
  /** The same for every pass of one inspection. */
  seed: string;
  /** What replaces Python functions, if they may be replaced. */
  udf?: UdfName;
}

/** By what the function that replaces Python functions is found. */
export interface UdfName {
  functionName: string;
  /** ARN of any of our executions. */
  executionArn: string;
}

const objectRow = z.object({ schema_name: z.string(), object_name: z.string() });
const histogramRow = z.object({ day_ms: z.coerce.number(), events: z.coerce.number() });
const dependantRow = z.object({ schema_name: z.string(), view_name: z.string(), stands_on: z.string() });
const foreignRow = z.object({ schema_name: z.string(), object_name: z.string(), owner: z.string() });

/** Reads a project's warehouse under the identity that every later step will use; changes nothing. */
export async function inspectWarehouse(asked: Inspection, reads: Reads, nowMs: number): Promise<Measurement> {
  const { projectId, warehouse, appIds } = asked;
  const nothing = { projectId, objects: {}, legacy: {}, dependants: [], foreign: [] };
  let session: WarehouseSession;
  let objects: Measurement['objects'];
  try {
    session = await warehouseSession(warehouse, projectId, nowMs);
    objects = await objectsOf(asked, session, reads);
  } catch (error) {
    const problem = identityProblem(warehouse, error);
    if (problem === undefined) throw error;
    return { ...nothing, problem };
  }
  const legacy: Measurement['legacy'] = {};
  for (const appId of appIds) {
    const cutoffMs = asked.cutoffs?.get(appId) ?? asked.cutoffMs;
    if (cutoffMs === undefined || objects[appId]?.includes('event') !== true) continue;
    const sql = statement(histogramFile, { schema: identifier(appId) }, { cutoff_ms: cutoffMs });
    const rows = await reads.rows(session, sql, histogramRow, `${projectId} ${appId}`);
    legacy[appId] = rows.map((row) => [row.day_ms, row.events]);
  }
  const limits = await workgroupLimits(warehouse);
  return {
    ...nothing,
    objects,
    legacy,
    ...(asked.lists ? await lists(asked, session, reads) : {}),
    ...(isProbed(asked, objects) ? await python(asked, objects, session, reads, nowMs) : {}),
    ...(limits?.baseCapacityRpu === undefined ? {} : { baseCapacityRpu: limits.baseCapacityRpu }),
    ...(limits?.maxQueryExecutionSeconds === undefined
      ? {}
      : { maxQueryExecutionSeconds: limits.maxQueryExecutionSeconds }),
  };
}

/** Whoever has nothing to migrate and no schema to make needs none, and is not bothered. */
function isProbed({ probes, appIds }: Inspection, objects: Measurement['objects']): boolean {
  if (probes === 'always') return true;
  return probes === 'legacy' && appIds.some((appId) => objects[appId]?.includes('event') === true);
}

async function objectsOf(
  { projectId, appIds }: Inspection,
  session: WarehouseSession,
  reads: Reads,
): Promise<Measurement['objects']> {
  const rows = await reads.rows(session, statement(objectsFile, {}), objectRow, projectId);
  return Object.fromEntries(
    appIds.map((appId) => [
      appId,
      rows.filter(({ schema_name: schema }) => schema === appId.toLowerCase()).map(({ object_name: name }) => name),
    ]),
  );
}

/** An existing workgroup's role is the customer's: whether it may be assumed, and what it may do, shows only here. */
function identityProblem({ roleArn, name }: WarehouseRef, error: unknown): string | undefined {
  if (isAwsError(error, 'AccessDenied', 'AccessDeniedException') && error instanceof Error) {
    return `let the role of the warehouse ${name} trust this account, and deploy this stack with its ARN in the context value dataApiRoles: ${error.message}`;
  }
  if (error instanceof UpgradeError && error.name === ErrorCode.StatementFailed) {
    return `the warehouse ${name} does not answer ${roleArn}: ${error.report.why}`;
  }
  return isAwsError(error, 'ValidationException') && error instanceof Error
    ? `the warehouse ${name} refuses statements: ${error.message}`
    : undefined;
}

async function lists(
  { projectId, appIds }: Inspection,
  session: WarehouseSession,
  reads: Reads,
): Promise<Pick<Measurement, 'dependants' | 'foreign'>> {
  if (appIds.length === 0) return { dependants: [], foreign: [] };
  const schemas = `,${appIds.map((appId) => appId.toLowerCase()).join(',')},`;
  const views = await reads.rows(session, statement(dependantsFile, {}, { schemas }), dependantRow, projectId);
  const foreign = await reads.rows(session, statement(foreignFile, {}, { schemas }), foreignRow, projectId);
  return {
    dependants: views
      .filter(({ view_name: view, stands_on: on }) => isDropped(on) && !isOwn(view))
      .map(({ schema_name: schema, view_name: view, stands_on: on }) => ({ view: `${schema}.${view}`, on })),
    foreign: foreign.map(({ schema_name: schema, object_name: name, owner }) => ({ name: `${schema}.${name}`, owner })),
  };
}

/** Tables and views on them that the clean-up drops. Source: upgrade guide, step 9 */
const LEGACY = ['event', 'event_parameter', 'user', 'item', 'user_m_view', 'item_m_view'];

/**
 * Views and materialized views that the upgrade of the schema drops.
 * Source: awslabs/clickstream-analytics-on-aws, base-lib/src/constant/dashboard.ts
 */
const DEPRECATED =
  /^clickstream_(?:device|event|event_attr|event_parameter|lifecycle|lifecycle_daily|lifecycle_weekly|retention|session|session_duration_attr|session_page_attr|user_attr|user_dim|user_first_attr)_view_v[12]$/;

function isDropped(qualified: string): boolean {
  const name = qualified.slice(qualified.indexOf('.') + 1);
  return LEGACY.includes(name) || DEPRECATED.test(name);
}

/** Does the upgrade itself drop it, not the clean-up? */
export function isDeprecated(qualified: string): boolean {
  return DEPRECATED.test(qualified.slice(qualified.indexOf('.') + 1));
}

/** The solution names its own so, except for the two views of the newest rows. */
function isOwn(view: string): boolean {
  return view.startsWith('clickstream_') || LEGACY.includes(view);
}

/** Apps that have the functions already may still call them where no new ones are taken. */
async function python(
  { projectId, warehouse, appIds, seed, udf: named }: Inspection,
  objects: Measurement['objects'],
  session: WarehouseSession,
  reads: Reads,
  nowMs: number,
): Promise<Pick<Measurement, 'python' | 'pythonCall' | 'udf'>> {
  const [schema] = appIds;
  if (schema === undefined) return {};
  const state = await probePython(warehouse, projectId, schema, { seed, nowMs });
  const existing = appIds.find((appId) => objects[appId]?.includes('rm_object_props'));
  const udf =
    state.is === 'gone' && named !== undefined
      ? { udf: await findUdf(warehouse.region, named.functionName, named.executionArn) }
      : {};
  if (state.is === 'alive' || existing === undefined) return { python: state, ...udf };
  const sql = statement(probeFile, { schema: identifier(existing) });
  const pythonCall = await reads.run(session, sql, projectId).then(
    () => 'answers' as const,
    (error: unknown) => {
      if (error instanceof UpgradeError && error.name === ErrorCode.StatementFailed) return 'fails' as const;
      throw error;
    },
  );
  return { python: state, pythonCall, ...udf };
}
