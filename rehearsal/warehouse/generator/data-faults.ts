import { escapeIdentifier, type Client } from 'pg';

/** Faults in an app's data that make the migration fail, each of them alone. */
export type DataFault =
  /** The v2 tables do not take it: NOT NULL. */
  | 'null-user-pseudo-id'
  | 'null-app-id'
  /** A candidate in every pass and inserted in none: an endless loop without an error. */
  | 'null-event-id'
  /** Read as a parameter without a value: the function that transforms custom parameters raises a TypeError. */
  | 'float-only-parameter'
  /** More than 65,535 bytes of parameters on one event. */
  | 'too-many-parameter-bytes'
  /** 300 characters for a column of 255. */
  | 'wide-screen-name'
  /** 2,048 characters of three bytes each, for a column of 2,048 bytes. */
  | 'wide-page-title'
  /** `1.5` where a bigint is expected. */
  | 'fractional-engagement-time'
  /** An interrupted call's row in tmp_backfill_trace: the next call does that range again. */
  | 'trace-left-at-start';

export interface PlantedFault {
  fault: DataFault;
  /** The event it sits on, or the newest of the range of `trace-left-at-start`. */
  eventId: string;
  /** Puts back exactly what was there before. On any superuser connection to the same database. */
  repair(client: Client): Promise<void>;
}

/**
 * Plants one fault on one event, the newest suitable one before `beforeMs`, that has no duplicate rows.
 *
 * @param client superuser in the project's database
 * @throws Error when the app has no event to plant it on
 */
export async function plantDataFault(
  client: Client,
  options: { schema: string; fault: DataFault; beforeMs?: number },
): Promise<PlantedFault> {
  const schema = escapeIdentifier(options.schema);
  const beforeMs = options.beforeMs ?? Number.MAX_SAFE_INTEGER;
  const { eventId, repair } = await PLANTERS[options.fault](client, schema, beforeMs);
  return { fault: options.fault, eventId, repair };
}

/** Every fault there is. */
export function dataFaults(): DataFault[] {
  return Object.keys(PLANTERS) as DataFault[];
}

type Planted = Omit<PlantedFault, 'fault'>;
type Planter = (client: Client, schema: string, beforeMs: number) => Promise<Planted>;

/** The first view of a session has no _engagement_time_msec yet, and a column that would take it. */
const VIEWS = ['_page_view', '_screen_view'];

/** Marks what we plant among the custom parameters. */
const PLANTED = 'planted';

const PLANTERS: Record<DataFault, Planter> = {
  'null-user-pseudo-id': onEvent({
    plant: (e) => ['UPDATE {}.event SET user_pseudo_id = NULL WHERE event_id = $1', [e.eventId]],
    repair: (e) => ['UPDATE {}.event SET user_pseudo_id = $2 WHERE event_id = $1', [e.eventId, e.userPseudoId]],
  }),
  'null-app-id': onEvent({
    plant: (e) => [`UPDATE {}.event SET app_info = app_info || '{"app_id": null}' WHERE event_id = $1`, [e.eventId]],
    repair: (e) => [
      `UPDATE {}.event SET app_info = app_info || jsonb_build_object('app_id', $2::text) WHERE event_id = $1`,
      [e.eventId, e.appId],
    ],
  }),
  'null-event-id': onEvent({
    plant: (e) => ['UPDATE {}.event SET event_id = NULL WHERE event_id = $1', [e.eventId]],
    repair: (e) => [
      `UPDATE {}.event SET event_id = $1
       WHERE event_id IS NULL AND event_timestamp = $2 AND user_pseudo_id = $3 AND event_name = $4`,
      [e.eventId, e.timestampMs, e.userPseudoId, e.eventName],
    ],
  }),
  'float-only-parameter': onParameter(`${PLANTED}_ratio`, { float: 0.5 }),
  'too-many-parameter-bytes': onParameter(`${PLANTED}_text`, { string: 'x'.repeat(4096) }, { copies: 17 }),
  'wide-screen-name': onParameter('_screen_name', { string: 's'.repeat(300) }),
  'wide-page-title': onParameter('_page_title', { string: '長'.repeat(2048) }),
  'fractional-engagement-time': onParameter('_engagement_time_msec', { double: 1.5 }, { eventNames: VIEWS }),
  'trace-left-at-start': leaveTrace,
};

type Statement = (victim: Victim) => [text: string, values: string[]];

/** Changes the event itself; `{}` in the statements is the schema. */
function onEvent(statements: { plant: Statement; repair: Statement }): Planter {
  return async (client, schema, beforeMs) => {
    const victim = await newestEvent(client, schema, beforeMs, 'true');
    const run = async (on: Client, statement: Statement): Promise<void> => {
      const [text, values] = statement(victim);
      const { rowCount } = await on.query(text.replaceAll('{}', schema), values);
      if (rowCount !== 1) throw new Error(`Changed ${String(rowCount)} events instead of one: ${text}`);
    };
    await run(client, statements.plant);
    return { eventId: victim.eventId, repair: (on) => run(on, statements.repair) };
  };
}

/** Adds parameters to an event that has none of that key: `copies` of them, numbered, when more than one. */
function onParameter(
  key: string,
  value: { string?: string; double?: number; float?: number },
  { copies = 1, eventNames = null }: { copies?: number; eventNames?: string[] | null } = {},
): Planter {
  const keys = Array.from({ length: copies }, (_, index) => (copies === 1 ? key : `${key}_${index + 1}`));
  return async (client, schema, beforeMs) => {
    const victim = await newestEvent(
      client,
      schema,
      beforeMs,
      `($3::text[] IS NULL OR event_name = ANY ($3)) AND NOT EXISTS (
         SELECT FROM ${schema}.event_parameter p WHERE p.event_id = e.event_id AND p.event_param_key = ANY ($2))`,
      [keys, eventNames],
    );
    await client.query(
      `INSERT INTO ${schema}.event_parameter (
         event_timestamp, event_id, event_name, event_param_key,
         event_param_double_value, event_param_float_value, event_param_string_value)
       SELECT $1, $2, $3, unnest($4::text[]), $5, $6, $7`,
      [
        victim.timestampMs,
        victim.eventId,
        victim.eventName,
        keys,
        value.double ?? null,
        value.float ?? null,
        value.string ?? null,
      ],
    );
    const repair = async (on: Client): Promise<void> => {
      await on.query(`DELETE FROM ${schema}.event_parameter WHERE event_id = $1 AND event_param_key = ANY ($2)`, [
        victim.eventId,
        keys,
      ]);
    };
    return { eventId: victim.eventId, repair };
  };
}

/** The newest day's events as an interrupted batch of which nothing was inserted. */
async function leaveTrace(client: Client, schema: string, beforeMs: number): Promise<Planted> {
  const newest = await newestEvent(client, schema, beforeMs, 'true');
  const from = String(BigInt(newest.timestampMs) - 86_400_000n);
  const [owner, absent] = await ownerOf(client, schema);
  if (absent) {
    await client.query(
      `CREATE TABLE ${schema}.tmp_backfill_trace (
         min_event_timestamp bigint NOT NULL, max_event_timestamp bigint NOT NULL, start_time timestamp NOT NULL,
         row_count bigint NOT NULL, status varchar NOT NULL, end_time timestamp)`,
    );
    await client.query(`ALTER TABLE ${schema}.tmp_backfill_trace OWNER TO ${escapeIdentifier(owner)}`);
  }
  await client.query(
    `INSERT INTO ${schema}.tmp_backfill_trace
     SELECT $1, $2, clock_timestamp() AT TIME ZONE 'utc', count(*), 'start', NULL
     FROM ${schema}.event WHERE event_timestamp BETWEEN $1 AND $2`,
    [from, newest.timestampMs],
  );
  const repair = async (on: Client): Promise<void> => {
    if (absent) await on.query(`DROP TABLE ${schema}.tmp_backfill_trace`);
    else {
      await on.query(
        `DELETE FROM ${schema}.tmp_backfill_trace WHERE min_event_timestamp = $1 AND max_event_timestamp = $2`,
        [from, newest.timestampMs],
      );
    }
  };
  return { eventId: newest.eventId, repair };
}

async function ownerOf(client: Client, schema: string): Promise<[owner: string, traceIsAbsent: boolean]> {
  const { rows } = await client.query<{ owner: string; absent: boolean }>(
    `SELECT relowner::regrole::text AS owner, to_regclass($1) IS NULL AS absent FROM pg_class WHERE oid = $2::regclass`,
    [`${schema}.tmp_backfill_trace`, `${schema}.event`],
  );
  const row = rows[0];
  if (row === undefined) throw new Error(`${schema} has no legacy events`);
  // regrole::text comes quoted where it must be.
  return [row.owner.replace(/^"(.*)"$/, '$1').replaceAll('""', '"'), row.absent];
}

interface Victim {
  eventId: string;
  eventName: string;
  /** bigint as text */
  timestampMs: string;
  userPseudoId: string;
  appId: string;
}

async function newestEvent(
  client: Client,
  schema: string,
  beforeMs: number,
  condition: string,
  values: unknown[] = [],
): Promise<Victim> {
  const { rows } = await client.query<Victim>(
    `SELECT event_id AS "eventId", event_name AS "eventName", event_timestamp AS "timestampMs",
       user_pseudo_id AS "userPseudoId", app_info ->> 'app_id' AS "appId"
     FROM (
       -- A few first: the legacy tables have no index to look for duplicates by.
       SELECT * FROM ${schema}.event
       WHERE event_timestamp < $1
         AND event_id IS NOT NULL AND user_pseudo_id IS NOT NULL AND app_info ->> 'app_id' IS NOT NULL
       ORDER BY event_timestamp DESC, event_id
       LIMIT 500
     ) e
     WHERE ${condition}
       AND (SELECT count(*) FROM ${schema}.event d WHERE d.event_id = e.event_id) = 1
     ORDER BY event_timestamp DESC, event_id
     LIMIT 1`,
    [beforeMs, ...values],
  );
  const victim = rows[0];
  if (victim === undefined) throw new Error(`No event of ${schema} is fit to plant this fault on`);
  return victim;
}
