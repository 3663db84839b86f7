import { runsOf } from '../../../rehearsal/matrix/grouping';

const STATES = Array.from({ length: 20 }, (_, index) => `state ${String(index)}`);

describe('Interruptions in one run', () => {
  it('are as few runs as can be, and every state is in one', () => {
    const runs = runsOf(STATES, 'stop');
    expect(runs).toHaveLength(3);
    expect(runs.flat().sort()).toEqual([...STATES].sort());
  });

  it('keep the order of the visits and leave neighbours to other runs', () => {
    for (const run of runsOf(STATES, 'twice')) {
      const places = run.map((state) => STATES.indexOf(state));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(places.some((place) => places.includes(place + 1))).toBe(false);
    }
  });

  it('do not add up days', () => {
    expect(runsOf(STATES, 'redrive-after-25h')).toEqual(STATES.map((state) => [state]));
  });

  it('need no run where no state is visited', () => {
    expect(runsOf([], 'stop')).toEqual([]);
  });
});
