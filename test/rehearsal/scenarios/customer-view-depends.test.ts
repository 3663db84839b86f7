import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario customer-view-depends', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'drops no table that a view of the customer’s stands on, unless told so',
    async () => {
      const run = await player.play('customer-view-depends');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED' } });
      expect(stateOf(run, 'Drop the legacy objects').failed).toBe(0);
    },
    TIMEOUT_MS,
  );
});
