import { escapeIdentifier, type Client } from 'pg';

export interface CustomerView {
  /** The app's schema. */
  schema: string;
  /** `schema.name` of the view; `reports.daily_events` where it is left out. */
  view?: { schema: string; name: string };
  /** WITH NO SCHEMA BINDING: nothing but its text tells what it reads. */
  lateBinding?: boolean;
}

/**
 * Makes a view as customers have them: of their own, in a schema of their own, on a legacy table.
 *
 * PostgreSQL has no late-binding views. The stand-in is a view whose text names the table and that is bound to nothing: it
 * runs its query only when it is read.
 *
 * @param client superuser, in the project's database
 */
export async function plantCustomerView(
  client: Client,
  { schema, view = { schema: 'reports', name: 'daily_events' }, lateBinding = false }: CustomerView,
): Promise<void> {
  const name = `${escapeIdentifier(view.schema)}.${escapeIdentifier(view.name)}`;
  const event = `${escapeIdentifier(schema)}.event`;
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(view.schema)}`);
  if (!lateBinding) {
    await client.query(
      `CREATE VIEW ${name} AS SELECT event_date, count(*) AS events FROM ${event} GROUP BY event_date`,
    );
    return;
  }
  await client.query(LATE_BOUND);
  await client.query(`CREATE VIEW ${name} AS SELECT rehearsal.late_bound('SELECT count(*) FROM ${event}') AS events`);
}

const LATE_BOUND = `
CREATE OR REPLACE FUNCTION rehearsal.late_bound(query text) RETURNS bigint LANGUAGE plpgsql AS $late$
DECLARE
  answer bigint;
BEGIN
  EXECUTE query INTO answer;
  RETURN answer;
END
$late$`;

/**
 * Gives an app what only those have that began with release 1.0: the events table of that release, with so many rows.
 *
 * @param client superuser, in the project's database
 */
export async function plantFirstRelease(
  client: Client,
  { schema, rows }: { schema: string; rows: number },
): Promise<void> {
  const table = `${escapeIdentifier(schema)}.ods_events`;
  const { rows: owners } = await client.query<{ owner: string }>(
    `SELECT tableowner AS owner FROM pg_tables WHERE schemaname = $1 AND tablename = 'event'`,
    [schema],
  );
  await client.query(`CREATE TABLE ${table} (app_id varchar(255), event_id varchar(255), event_timestamp bigint)`);
  await client.query(`ALTER TABLE ${table} OWNER TO ${escapeIdentifier(owners[0]?.owner ?? 'postgres')}`);
  await client.query(`INSERT INTO ${table} SELECT $1::text, 'first-' || n, n FROM generate_series(1, $2::int) n`, [
    schema,
    rows,
  ]);
}
