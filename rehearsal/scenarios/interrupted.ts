import type { Stage } from '../run/stage';
import { plantProcedureFault } from '../warehouse/v2';
import type { AppRef } from '../world/description';
import { untilAsleep } from './asleep';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP } from './worlds';

export const interrupted: Scenario = {
  name: 'interrupted',
  title: 'somebody’s earlier attempt left a batch half done; the upgrade resumes it without losing or doubling a row',
  events: 4_000,
  world: ONE_APP,

  async play(stage) {
    const app = stage.app();
    const ended = await interruptedAttempt(stage, app);
    const [left] = await stage.rows<{ open: number; half: number }>(
      app,
      `SELECT (SELECT count(*)::int FROM {}.tmp_backfill_trace WHERE status = 'start') AS open,
              (SELECT count(*)::int FROM {}.event_v2 WHERE process_info::text LIKE '%backfill%') AS half`,
    );
    await stage.run();
    const [trace] = await stage.rows<{ open: number }>(
      app,
      `SELECT count(*)::int AS open FROM {}.tmp_backfill_trace WHERE status <> 'done'`,
    );
    return [
      holds('the attempt was cancelled in the middle', ended.includes('cancel'), ended),
      equal('it left a batch open', left?.open, 1),
      holds('with rows already in the new table', (left?.half ?? 0) > 0, left),
      equal('no batch is open in the end', trace?.open, 0),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('nobody had to redrive', result.execution.redrives, 0)],
};

/** A call by hand that is cancelled between its insert and the filling of the columns. Answers how it ended. */
async function interruptedAttempt(stage: Stage, { projectId, appId }: AppRef): Promise<string> {
  const client = await stage.world.postgres.client(projectId);
  const { warehouse } = stage.world.postgres.warehouse(projectId);
  const where = stage.world.account.solution.warehouses.find((one) => one.projectId === projectId);
  await plantProcedureFault(client, {
    schema: appId,
    procedure: 'sp_migrate_event_to_v2',
    step: 8,
    kind: 'sleep',
    seconds: 120,
    times: 1,
  });
  const statement = warehouse.begin({
    id: 'attempt-by-hand',
    database: projectId,
    dbUser: where?.dbUser ?? '',
    sqls: [`CALL ${appId}.sp_migrate_event_to_v2(4)`],
    mode: 'single',
    parameters: [],
  });
  await untilAsleep(client, statement.outcome);
  await statement.cancel();
  const { status, error } = await statement.outcome;
  return `${status} ${error ?? ''}`;
}
