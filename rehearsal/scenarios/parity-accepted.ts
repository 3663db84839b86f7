import type { Stage } from '../run/stage';
import type { AppRef } from '../world/description';
import { says } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP } from './worlds';

export const parityAccepted: Scenario = {
  name: 'parity-accepted',
  title: 'a user is there twice, which a person accepts; a redrive completes, without calling anything again',
  events: 1_000,
  world: ONE_APP,

  async play(stage) {
    const app = stage.app();
    doubleUserBeforeItIsCounted(stage, app);
    const failed = await stage.run();
    const said = stage.childCause(app);
    const calls = stage.callsOf(app).length;
    const unaccepted = await stage.redrive();
    const told: string[] = [];
    const accepted = await stage.operator().accept(stage.root, [], (text) => told.push(text));
    const nothing = await stage
      .operator()
      .accept(stage.root, [], () => undefined)
      .catch(String);
    await stage.redrive();
    const [verdict] = (await stage.world.stateItems()).filter(({ pk }) => String(pk).startsWith('verdict/'));
    return [
      equal('the execution failed first', [failed.status, failed.error], ['FAILED', 'ChildrenFailed']),
      says('its app tells what differs, and how to accept it', said, [
        'ParityNeedsAPerson',
        '1 users are in user_v2 more than once',
        `bin/upgrade.ts accept ${stage.root} --app ${app.projectId}/${app.appId}`,
      ]),
      equal('a redrive without a person fails again', unaccepted.error, 'ChildrenFailed'),
      says('the command lists what is accepted before it is', told.join('\n'), [app.appId, '1 users are in user_v2']),
      says('and says what next', accepted, ['Now redrive', stage.root]),
      says('there is nothing to accept twice', nothing, ['Nothing is to be accepted']),
      equal('the verdict is accepted', verdict?.['state'], 'accepted'),
      holds(
        'it tells by whom and when',
        verdict?.['acceptedBy'] !== undefined && verdict['acceptedAtMs'] !== undefined,
        verdict,
      ),
      equal('no procedure was called again', stage.callsOf(app).length, calls),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took two redrives', result.execution.redrives, 2)],
};

/** What the new pipeline may do: write a user a second time, after the metrics were calculated. */
export function doubleUserBeforeItIsCounted(stage: Stage, app: AppRef): void {
  const remove = stage.world.postgres.warehouse(app.projectId).warehouse.onStatement(async ({ sql }) => {
    if (!sql.includes('clickstream-upgrade parity/users')) return;
    remove();
    await stage.rows(app, 'INSERT INTO {}.user_v2 SELECT * FROM {}.user_v2 ORDER BY user_pseudo_id LIMIT 1');
  });
}
