import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { TWO_PROJECTS } from './worlds';

export const migration: Scenario = {
  name: 'migration',
  title: 'every event of three apps in two regions is migrated and accounted for',
  events: 70_000,
  world: TWO_PROJECTS,
  migration: { eventsPerWindow: 10_000 },

  async play(stage) {
    await stage.run();
    return [];
  },

  expect(result, stage) {
    const failed = result.states.filter(({ failed: attempts }) => attempts > 0);
    return [
      ...migratedCompletely(result),
      // Calls that are made to fail are repeated, by the machine as well.
      ...(stage.world.account.faults.hits > 0 ? [] : [equal('nothing failed on the way', failed, [])]),
      equal(
        'three apps in two regions',
        [result.apps.length, new Set(stage.world.apps.map(({ region }) => region)).size],
        [3, 2],
      ),
      holds(
        'every app has legacy events',
        result.apps.every(({ legacyEvents }) => legacyEvents > 0),
      ),
    ];
  },
};
