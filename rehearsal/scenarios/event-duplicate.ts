import { equal, holds, type Scenario } from './scenario';
import {
  counted,
  deadLetters,
  delivered,
  eventsHandled,
  executions,
  outcomes,
  tagConsoleByHand,
  TRIGGER_CONTEXT,
} from './trigger-world';
import { ONE_APP } from './worlds';

export const eventDuplicate: Scenario = {
  name: 'event-duplicate',
  title: 'the same event comes twice at once, and once more when everything is done: one execution',
  events: 1_000,
  world: ONE_APP,
  context: TRIGGER_CONTEXT,

  async play(stage) {
    const { events, ownEvents, region } = stage.world.account;
    ownEvents.deliveries.copies = 2;
    await tagConsoleByHand(stage);
    await stage.world.clock.sleep(5_000);
    const [started = '', ...others] = executions(stage);
    stage.adopt(started);
    await stage.end();
    await eventsHandled(stage);
    const before = counted(stage);
    const [event] = delivered(stage);
    if (event !== undefined) events.arrive(region, event);
    await eventsHandled(stage);
    const names = new Set(outcomes(stage).map((one) => ('execution' in one ? one.execution : one.because)));
    return [
      equal('there is one execution', [others, executions(stage).length], [[], 1]),
      equal('the Lambda was called four times', outcomes(stage).length, 4),
      equal('each time for the same execution', [...names], [stage.rootName]),
      holds('the event that came late has started nothing', counted(stage)['duplicate'] === 2, [
        before,
        counted(stage),
      ]),
      equal('every event was handled', deadLetters(stage), []),
    ];
  },

  expect: ({ execution }) => [equal('the execution succeeded', execution.status, 'SUCCEEDED')],
};
