import type { Stage } from '../run/stage';
import { schemaOf, type AppRef } from '../world/description';
import { disagreements, recordedCalls } from '../warehouse/udf/proof';
import { beforeUpgrade } from './guide';
import { equal, holds, type Check, type Scenario } from './scenario';

/** A small world before the upgrade in which Redshift has ended Python functions, and the input that has them replaced. */
export function withoutPython(
  projects?: Scenario['world']['projects'],
): ReturnType<typeof beforeUpgrade> & { input: Record<string, unknown> } {
  const { world, input } = beforeUpgrade(projects);
  return { world: { ...world, pythonUdfs: 'gone' }, input: { ...input, pythonUdf: 'replace' } };
}

/** Longer than a run of the solution's schema takes, and much longer than one that fails at Python. */
const SCHEMA_RUN_MS = 10 * 60_000;

/** The solution runs the schema of an app, as after one was added. */
export async function solutionRunsSchema({ world }: Stage, { projectId, appId }: AppRef): Promise<void> {
  world.account.plane.schemas.startFor(projectId, [appId]);
  await world.clock.sleep(SCHEMA_RUN_MS);
}

/** Functions of an app's schema by the language they are written in. */
export async function languages(stage: Stage, app: AppRef): Promise<Record<string, string[]>> {
  const client = await stage.database(app);
  const { rows } = await client.query<{ name: string; language: string }>(
    `SELECT p.proname AS name, l.lanname AS language FROM rehearsal.pg_proc p
     JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
     WHERE n.nspname = $1 AND l.lanname IN ('exfunc', 'plpythonu') ORDER BY 1`,
    [schemaOf(app.appId)],
  );
  const found: Record<string, string[]> = {};
  for (const { name, language } of rows) (found[language] ??= []).push(name);
  return found;
}

/**
 * What the warehouse used is what the Lambda's handler answers: every call that a committed statement made, in batches of one,
 * two, and all.
 */
export async function handlerAgrees(stage: Stage): Promise<Check[]> {
  const checks: Check[] = [];
  for (const projectId of new Set(stage.world.apps.map((app) => app.projectId))) {
    const { warehouse } = stage.world.postgres.warehouse(projectId);
    const calls = await recordedCalls(warehouse, projectId);
    checks.push(
      holds(`${projectId}: the migration called the functions`, calls.length > 0, calls.length),
      equal(`${projectId}: the handler answers to each call what was used`, disagreements(calls).slice(0, 3), []),
    );
  }
  return checks;
}

/** A statement by a superuser of a project's warehouse, as an administrator types it. @throws Error what the database says */
export async function asAdministrator(stage: Stage, app: AppRef, sqls: readonly string[]): Promise<void> {
  const { warehouse } = stage.world.postgres.warehouse(app.projectId);
  const superuser = (await stage.database(app)).user ?? 'postgres';
  for (const [index, sql] of sqls.entries()) {
    const { outcome } = warehouse.begin({
      id: `administrator-${String(index)}`,
      database: app.projectId,
      dbUser: superuser,
      sqls: [sql],
      mode: 'single',
      parameters: [],
    });
    const { error } = await outcome;
    // Roles belong to the server, which other scenarios have used before.
    if (error !== undefined && !error.includes('already exists')) throw new Error(`${sql}: ${error}`);
  }
}
