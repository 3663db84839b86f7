import { plantDataFault } from '../warehouse/generator/data-faults';
import { equal, holds, type Scenario } from './scenario';
import { ONE_APP } from './worlds';

export const badRows: Scenario = {
  name: 'bad-rows',
  title: 'rows that would block a batch are told in the check, with counts, before anything is moved',
  events: 1_000,
  world: ONE_APP,

  async play(stage) {
    const app = stage.app();
    const client = await stage.database(app);
    for (const fault of ['null-user-pseudo-id', 'null-user-pseudo-id', 'wide-page-title'] as const) {
      await plantDataFault(client, { schema: app.appId, fault });
    }
    const before = await stage.fingerprints();
    const failed = await stage.run();
    const said = stage.childCause(app);
    return [
      holds('the judge names the check', failed.cause?.includes('PreflightFailed') ?? false, failed.cause),
      holds(
        'users without an id are counted',
        said.includes('event.user_pseudo_id') && said.includes('is NULL in 2 events'),
        said,
      ),
      holds(
        'titles that are too long are counted, and measured',
        said.includes('_page_title') && said.includes('too long in 1 row (up to 6144 bytes)'),
        said,
      ),
      equal('every table is as it was', await stage.changedSince(before), []),
    ];
  },

  expect: ({ execution, statements, apps }) => [
    equal('the execution failed', [execution.status, execution.error], ['FAILED', 'ChildrenFailed']),
    equal('no procedure was called', statements.submitted, 0),
    equal(
      'nothing of the legacy data was migrated',
      apps.filter(({ parity }) => parity),
      [],
    ),
  ],
};
