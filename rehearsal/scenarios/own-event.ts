import { beforeUpgrade, upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { counted, deadLetters, delivered, eventsHandled, executions, TRIGGER_CONTEXT } from './trigger-world';
import { consoleStack } from './console-world';

export const ownEvent: Scenario = {
  name: 'own-event',
  title: 'our own change set ends in UPDATE_COMPLETE as well, and starts nothing',
  events: 1_000,
  ...beforeUpgrade(),
  context: TRIGGER_CONTEXT,

  async play(stage) {
    await stage.run();
    await eventsHandled(stage);
    const { stackId } = consoleStack(stage);
    const ended = stage.world.account.updates.events
      .newestFirst(stackId)
      .filter(({ physicalId, status }) => physicalId === stackId && status === 'UPDATE_COMPLETE');
    const counts = counted(stage);
    return [
      equal('the console was updated once', ended.length, 1),
      holds(
        'by an operation of our own',
        ended.every(({ token = '' }) => token.startsWith('clickstream-upgrade-')),
        ended.map(({ token }) => token),
      ),
      equal(
        'nobody was told of it',
        delivered(stage).filter(({ resources }) => resources.includes(stackId)),
        [],
      ),
      equal('there is one execution, which a person has started', executions(stage), [stage.root]),
      equal('no event has started one', [counts['started'] ?? 0, counts['duplicate'] ?? 0], [0, 0]),
      holds('the updates of the pipeline were told', delivered(stage).length > 0, counts),
      equal('every event was handled', deadLetters(stage), []),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => migratedCompletely(result),
};
