import { equal, holds, type Scenario } from './scenario';
import {
  deadLetters,
  delivered,
  eventsHandled,
  executions,
  outcomes,
  tagConsoleByHand,
  TRIGGER_CONTEXT,
} from './trigger-world';
import { ONE_APP } from './worlds';

/** Two copies of each. */
const LATE = ['duplicate', 'duplicate', 'duplicate', 'duplicate'];

export const eventDuplicate: Scenario = {
  name: 'event-duplicate',
  title: 'the same event comes twice at once, again while the upgrade runs, and when everything is done: one execution',
  events: 1_000,
  world: ONE_APP,
  context: TRIGGER_CONTEXT,

  async play(stage) {
    const { events, ownEvents, region } = stage.world.account;
    ownEvents.deliveries.copies = 2;
    const again = (): void => {
      const [event] = delivered(stage);
      if (event !== undefined) events.arrive(region, event);
    };
    // It has the lock by then.
    stage.whenEntered('Back up', again);
    await tagConsoleByHand(stage);
    await stage.world.clock.sleep(5_000);
    const [started = '', ...others] = executions(stage);
    stage.adopt(started);
    await stage.end();
    await eventsHandled(stage);
    again();
    await eventsHandled(stage);
    const all = outcomes(stage);
    const names = new Set(all.map((one) => ('execution' in one ? one.execution : one.because)));
    const [atOnce, later] = [all.slice(0, 2), all.slice(2)].map((some) => some.map(({ outcome }) => outcome));
    return [
      equal('there is one execution', [others, executions(stage).length], [[], 1]),
      equal('each time the Lambda was called it was for that one', [...names], [stage.rootName]),
      // Whether the second one finds it depends on how long the first one takes.
      holds('one of the two that came at once has started it', atOnce?.includes('started') === true, atOnce),
      equal('those that came while it ran, and when it was done, have started nothing', later, LATE),
      equal('every event was handled', deadLetters(stage), []),
    ];
  },

  expect: ({ execution }) => [equal('the execution succeeded', execution.status, 'SUCCEEDED')],
};
