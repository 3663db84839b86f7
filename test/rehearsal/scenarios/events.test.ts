import { broken, Player, TIMEOUT_MS } from './support/play';

/** What they share is started once for all of them. */
const player = new Player();
afterAll(() => player.clear());

describe('Scenario event-started', () => {
  test(
    'upgrades what somebody has begun by hand',
    async () => {
      const run = await player.play('event-started');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
    },
    TIMEOUT_MS,
  );
});

describe('Scenario event-duplicate', () => {
  test(
    'starts one execution for one event',
    async () => {
      const run = await player.play('event-duplicate');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
    },
    TIMEOUT_MS,
  );
});

describe('Scenario own-event', () => {
  test(
    'starts nothing for its own update',
    async () => {
      const run = await player.play('own-event');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
    },
    TIMEOUT_MS,
  );
});

describe('Scenario pipeline-storm', () => {
  test(
    'starts one execution when the last stack is done',
    async () => {
      const run = await player.play('pipeline-storm');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
    },
    TIMEOUT_MS,
  );
});
