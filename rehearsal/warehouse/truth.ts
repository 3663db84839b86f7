import { escapeIdentifier, type Client } from 'pg';

/** How an app's migration stands, counted in the warehouse by plain SQL that knows nothing of how it was done. */
export interface MigrationTruth {
  /** Rows of `event` with event_timestamp ≥ cutoff. */
  legacyEvents: number;
  /** Rows of event_v2 whose event_id is that of one of those. */
  migratedEvents: number;
  /** Distinct event_ids of those that event_v2 does not have; each row without an event_id counts as one. */
  missing: number;
  /** Rows of event_v2 beyond the number of `event` rows (of any age) with the same event_id. */
  duplicated: number;
}

/**
 * Counts legacy against migrated events. An app whose event_v2 does not exist yet has nothing migrated.
 *
 * @param options cutoffMs: epoch milliseconds
 * @throws the database's error when the legacy `event` table does not exist
 */
export async function migrationTruth(
  client: Client,
  options: { schema: string; cutoffMs: number },
): Promise<MigrationTruth> {
  const schema = escapeIdentifier(options.schema);
  const present = await client.query<{ present: boolean }>('SELECT to_regclass($1) IS NOT NULL AS present', [
    `${schema}.event_v2`,
  ]);
  const migrated =
    present.rows[0]?.present === true ? `${schema}.event_v2` : '(SELECT NULL::text AS event_id LIMIT 0) e';
  const { rows } = await client.query<Record<keyof MigrationTruth, string>>(
    `WITH legacy AS (
       SELECT event_id, count(*) AS all_rows, count(*) FILTER (WHERE event_timestamp >= $1) AS due_rows
       FROM ${schema}.event
       GROUP BY event_id
     ),
     migrated AS (
       SELECT event_id, count(*) AS rows FROM ${migrated} GROUP BY event_id
     )
     SELECT
       coalesce(sum(due_rows), 0) AS "legacyEvents",
       coalesce(sum(rows), 0) AS "migratedEvents",
       coalesce(sum(CASE WHEN rows IS NOT NULL THEN 0 WHEN event_id IS NULL THEN due_rows ELSE 1 END), 0) AS missing,
       coalesce(sum(greatest(rows - all_rows, 0)), 0) AS duplicated
     FROM legacy
     LEFT JOIN migrated USING (event_id)
     WHERE due_rows > 0`,
    [options.cutoffMs],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('An aggregate without a row');
  return {
    legacyEvents: Number(row.legacyEvents),
    migratedEvents: Number(row.migratedEvents),
    missing: Number(row.missing),
    duplicated: Number(row.duplicated),
  };
}

/** Content of one table: rows, and a hash of all of them whatever their order. */
export interface TableFingerprint {
  rows: number;
  hash: string;
}

/** What to leave out: whole tables, or columns by table (`*`: in every table). */
export interface FingerprintExclusions {
  tables?: readonly string[];
  columns?: Readonly<Record<string, readonly string[]>>;
  /** Columns that the database numbers by itself. */
  isIdentityLeftOut?: boolean;
  /** JSON columns, in every table, that are compared without their members that end in `_time`. */
  withoutTimes?: readonly string[];
}

/**
 * Columns that tell when something ran, and so differ between two runs that end with the same data. Leave them out to
 * compare two runs; leave nothing out to prove that nothing changed.
 */
export const TIMES_OF_RUNNING: FingerprintExclusions = {
  columns: {
    '*': ['created_time', 'process_info', 'log_date', 'update_timestamp'],
    tmp_backfill_trace: ['start_time', 'end_time'],
    clickstream_log_v2: ['id'],
  },
};

/**
 * Fingerprints of every table and populated materialized view of a schema, by name.
 *
 * @throws RangeError for a schema that does not exist: no tables would equal no tables
 */
export async function tableFingerprints(
  client: Client,
  schema: string,
  exclude: FingerprintExclusions = {},
): Promise<Map<string, TableFingerprint>> {
  const { rows: known } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
  if (known.length === 0) throw new RangeError(`No schema ${schema}`);
  const tables = await client.query<{ name: string; columns: string[] }>(
    `SELECT relname AS name, coalesce(array_agg(attname::text ORDER BY attname)
              FILTER (WHERE attname IS NOT NULL AND (attidentity = '' OR NOT $2)), '{}') AS columns
     FROM pg_class
     LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
     WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
       AND (relkind IN ('r', 'p') OR relkind = 'm' AND relispopulated)
       AND NOT relispartition
     GROUP BY relname
     ORDER BY relname`,
    [schema, exclude.isIdentityLeftOut === true],
  );
  const fingerprints = new Map<string, TableFingerprint>();
  for (const { name, columns } of tables.rows) {
    if (exclude.tables?.includes(name) === true) continue;
    const left = new Set([...(exclude.columns?.['*'] ?? []), ...(exclude.columns?.[name] ?? [])]);
    const kept = columns.filter((column) => !left.has(column)).map((column) => compared(column, exclude));
    const { rows } = await client.query<{ rows: string; hash: string }>(
      `SELECT count(*) AS rows, coalesce(sum(hashtextextended(ROW(${kept.join(', ')})::text, 0)), 0)::text AS hash
       FROM ${escapeIdentifier(schema)}.${escapeIdentifier(name)}`,
    );
    fingerprints.set(name, { rows: Number(rows[0]?.rows), hash: rows[0]?.hash ?? '' });
  }
  return fingerprints;
}

/** What of a column's value goes into the hash. */
function compared(column: string, { withoutTimes = [] }: FingerprintExclusions): string {
  const name = escapeIdentifier(column);
  if (!withoutTimes.includes(column)) return name;
  const members = `jsonb_each(CASE WHEN jsonb_typeof(${name}) = 'object' THEN ${name} ELSE '{}' END)`;
  return `(SELECT jsonb_object_agg(key, value) FROM ${members} WHERE key NOT LIKE '%\\_time')`;
}

/** Names of the tables whose fingerprints differ, or that only one side has. */
export function changedTables(
  before: ReadonlyMap<string, TableFingerprint>,
  after: ReadonlyMap<string, TableFingerprint>,
): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].sort().filter((name) => {
    const [one, other] = [before.get(name), after.get(name)];
    return one?.rows !== other?.rows || one?.hash !== other?.hash;
  });
}
