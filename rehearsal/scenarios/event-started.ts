import { beforeUpgrade, upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { counted, deadLetters, eventsHandled, executions, TRIGGER_CONTEXT, updateConsoleByHand } from './trigger-world';

export const eventStarted: Scenario = {
  name: 'event-started',
  title: 'somebody updates the web console by hand: its event starts an execution, which upgrades what is left',
  events: 1_000,
  ...beforeUpgrade(),
  context: TRIGGER_CONTEXT,

  async play(stage) {
    const status = await updateConsoleByHand(stage);
    await stage.world.clock.sleep(5_000);
    const [started = '', ...others] = executions(stage);
    stage.adopt(started);
    const upgraded = await stage.end();
    await eventsHandled(stage);
    const counts = counted(stage);
    return [
      equal('the console was updated', status, 'UPDATE_COMPLETE'),
      holds(
        'the execution is named after console, version and time',
        /^clickstream-console-v1-1-7-202409201200-20260615T\d{6}$/.test(stage.rootName),
        stage.rootName,
      ),
      equal('there is no other', others, []),
      equal('nor was one started later', executions(stage).length, 1),
      equal('it succeeded', upgraded.status, 'SUCCEEDED'),
      equal('one event has started something', counts['started'], 1),
      holds(
        'the updates of the pipeline that it made have started nothing',
        (counts['running-upgrade'] ?? 0) > 0,
        counts,
      ),
      equal('every event was handled', deadLetters(stage), []),
      ...(await upgradedCompletely(stage, { updates: 0 })),
    ];
  },

  expect: (result) => migratedCompletely(result),
};
