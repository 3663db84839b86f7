import type { Stage } from '../run/stage';
import { putBack, says } from './guide';
import { equal, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP } from './worlds';

/** The customer's own view, outside the solution. */
const VIEW = 'reports.daily_visitors';

export const customerViewDepends: Scenario = {
  name: 'customer-view-depends',
  title:
    'a view of the customer’s stands on a legacy table: the clean-up is refused unless it is told to drop it along',
  events: 1_000,
  world: ONE_APP,

  async play(stage) {
    const app = stage.app();
    const client = await stage.database(app);
    const table = `${client.escapeIdentifier(app.appId)}.event`;
    await client.query(`CREATE SCHEMA reports`);
    await client.query(
      `CREATE VIEW ${VIEW} AS SELECT event_date, count(DISTINCT user_pseudo_id) AS visitors FROM ${table} GROUP BY event_date`,
    );
    const migrated = await stage.run();
    const before = await stage.fingerprints();
    await stage.settleAppResults();
    const refused = await stage.run({ mode: 'cleanup' });
    const checks = [
      equal('the migration succeeded', migrated.status, 'SUCCEEDED'),
      equal('the clean-up is refused', [refused.status, refused.error], ['FAILED', 'PlanRefused']),
      says('it lists the view, the table and the way out', refused.cause, [VIEW, `${app.appId}.event`, 'cascade']),
      equal('nothing was dropped', await stage.changedSince(before), []),
      equal('the view still stands', await exists(stage, VIEW), true),
    ];
    const cleaned = await stage.run({ mode: 'cleanup', cascade: true });
    return [
      ...checks,
      equal('told so, the clean-up succeeds', cleaned.status, 'SUCCEEDED'),
      equal('the view is dropped along', await exists(stage, VIEW), false),
      equal('the legacy table is gone', await exists(stage, table), false),
      equal('the new table stands', await exists(stage, `${client.escapeIdentifier(app.appId)}.event_v2`), true),
      ...(await putBack(stage)),
    ];
  },

  expect: (result) => migratedCompletely(result),
};

async function exists(stage: Stage, relation: string): Promise<boolean> {
  const [row] = await stage.rows<{ there: boolean }>(stage.app(), 'SELECT to_regclass($1) IS NOT NULL AS there', [
    relation,
  ]);
  return row?.there === true;
}
