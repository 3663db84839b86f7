import { equal, migratedCompletely, type Scenario } from './scenario';
import { SEVERAL_WINDOWS, TWO_APPS } from './worlds';

export const alreadyMigrated: Scenario = {
  name: 'already-migrated',
  title: 'a second execution finds everything done: it calls nothing and changes nothing',
  events: 4_000,
  world: TWO_APPS,
  migration: SEVERAL_WINDOWS,

  async play(stage) {
    const first = await stage.run();
    const before = await stage.fingerprints();
    const { submitted } = stage.world.account.data.journal.counts();
    const second = await stage.run();
    return [
      equal('the first execution succeeded', first.status, 'SUCCEEDED'),
      equal('the second execution succeeded', second.status, 'SUCCEEDED'),
      equal('the second one called no procedure', stage.world.account.data.journal.counts().submitted, submitted),
      equal("the customer's tables, the log included, are unchanged", await stage.changedSince(before), []),
    ];
  },

  expect: (result) => migratedCompletely(result),
};
