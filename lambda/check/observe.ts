import * as z from 'zod';
import floatOnlyFile from '../../sql/check/float-only.sql';
import heavyEventsFile from '../../sql/check/heavy-events.sql';
import identityFile from '../../sql/check/identity.sql';
import missingValuesFile from '../../sql/check/missing-values.sql';
import objectsFile from '../../sql/check/objects.sql';
import runningCallsFile from '../../sql/check/running-calls.sql';
import combineFile from '../../sql/check/udf/combine-json-list.sql';
import parseUtmFile from '../../sql/check/udf/parse-utm-from-url.sql';
import removePropsFile from '../../sql/check/udf/rm-object-props.sql';
import eventPropsFile from '../../sql/check/udf/transform-event-custom-props.sql';
import userPropsFile from '../../sql/check/udf/transform-user-custom-props.sql';
import wideValuesFile from '../../sql/check/wide-values.sql';
import wrongNumbersFile from '../../sql/check/wrong-numbers.sql';
import { ErrorCode, UpgradeError } from '../shared/errors';
import { Journal } from '../shared/journal';
import type { AppContext } from '../shared/migration/app';
import { maxQueryExecutionSeconds } from '../shared/redshift/workgroup';
import { statement } from '../shared/sql/statement';
import { LEGACY_TABLES, PYTHON_FUNCTIONS, type Preflight } from './problems';

const objectRow = z.object({ kind: z.enum(['relation', 'routine']), name: z.string(), owner: z.string() });
const callRow = z.object({
  query_text: z.string(),
  session_id: z.coerce.number(),
  elapsed_seconds: z.coerce.number(),
  is_call: z.coerce.number(),
});
const namedCount = z.object({ name: z.string(), found: z.coerce.number() });
const wideRow = namedCount.extend({ widest: z.coerce.number() });
const heavyRow = z.object({ found: z.coerce.number(), heaviest: z.coerce.number().nullable() });

const PROBES: Record<(typeof PYTHON_FUNCTIONS)[number], string> = {
  combine_json_list: combineFile,
  parse_utm_from_url: parseUtmFile,
  rm_object_props: removePropsFile,
  transform_event_custom_props: eventPropsFile,
  transform_user_custom_props: userPropsFile,
};

/** Units whose calls are ours when the journal knows their token. */
const CALLED_UNITS = ['events', 'users', 'items', 'sessions', 'base-view'] as const;

/** Sees everything the preflight judges. Data are looked at only where the tables exist. */
export async function observe(app: AppContext): Promise<Preflight> {
  const { plan, schema, session, reads } = app;
  const objects = await reads.rows(session, statement(objectsFile, {}, { schema: plan.appId }), objectRow);
  const [identity] = await reads.rows(session, statement(identityFile, {}), z.object({ name: z.string() }));
  const needle = { needle: `"${plan.appId}".` };
  const running = await reads.rows(session, statement(runningCallsFile, {}, needle), callRow);
  const tokens = await livingTokens(app);
  const isOurs = (text: string): boolean => tokens.some((token) => text.includes(token));
  const relations = new Set(objects.filter(({ kind }) => kind === 'relation').map(({ name }) => name));
  const routines = new Set(objects.filter(({ kind }) => kind === 'routine').map(({ name }) => name));
  const data = LEGACY_TABLES.every((table) => relations.has(table)) ? await observeData(app) : NOTHING_SEEN;
  return {
    user: identity?.name ?? '',
    objects,
    deadFunctions: await probeFunctions(app, routines),
    foreignCalls: running
      .filter((row) => row.is_call === 1 && !isOurs(row.query_text))
      .map((row) => ({ text: row.query_text.slice(0, 200), elapsedSeconds: row.elapsed_seconds })),
    busyStatements: running.filter((row) => row.is_call === 0).length,
    ...data,
    maxQueryExecutionSeconds: await maxQueryExecutionSeconds(plan.warehouse),
  };

  async function observeData({ plan: { cutoffMs } }: AppContext): Promise<typeof NOTHING_SEEN> {
    const cutoff = { cutoff_ms: cutoffMs };
    const read = <Schema extends z.ZodType>(file: string, row: Schema): Promise<z.infer<Schema>[]> =>
      reads.rows(session, statement(file, { schema }, cutoff), row);
    const [missingValues] = await read(missingValuesFile, z.record(z.string(), z.coerce.number()));
    const [floatOnly] = await read(floatOnlyFile, z.object({ found: z.coerce.number() }));
    const [heavy] = await read(heavyEventsFile, heavyRow);
    return {
      missingValues: missingValues ?? {},
      wideValues: await read(wideValuesFile, wideRow),
      wrongNumbers: await read(wrongNumbersFile, namedCount),
      floatOnly: floatOnly?.found ?? 0,
      heavyEvents: { found: heavy?.found ?? 0, heaviest: heavy?.heaviest ?? 0 },
    };
  }
}

const NOTHING_SEEN: Pick<Preflight, 'missingValues' | 'wideValues' | 'wrongNumbers' | 'floatOnly' | 'heavyEvents'> = {
  missingValues: {},
  wideValues: [],
  wrongNumbers: [],
  floatOnly: 0,
  heavyEvents: { found: 0, heaviest: 0 },
};

/** Calls every function that exists; the one that is missing is told with the other missing objects. */
async function probeFunctions(app: AppContext, routines: Set<string>): Promise<Preflight['deadFunctions']> {
  const dead: { name: string; error: string }[] = [];
  for (const name of PYTHON_FUNCTIONS) {
    if (!routines.has(name)) continue;
    try {
      await app.reads.rows(app.session, statement(PROBES[name], { schema: app.schema }), z.unknown());
    } catch (error) {
      if (!(error instanceof UpgradeError) || error.report.code !== ErrorCode.StatementFailed) throw error;
      dead.push({ name, error: error.report.why });
    }
  }
  return dead;
}

/** Tokens of calls that our journal knows to be, or to have been, under way. */
async function livingTokens(app: AppContext): Promise<string[]> {
  const { warehouse, database, appId } = app.plan;
  const tokens: string[] = [];
  for (const name of CALLED_UNITS) {
    const record = await new Journal(app.table, { warehouse, database, schema: appId, name }).read();
    if (record !== undefined) tokens.push(record.token);
  }
  return tokens;
}
