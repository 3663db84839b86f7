import { Player } from '../../../rehearsal/matrix/player';
import type { Step } from '../../../rehearsal/matrix/play-row';

jest.setTimeout(900_000);

/** One of each kind, all over the machine; the whole matrix has a command of its own. */
const STEPS: readonly Step[] = [
  { state: 'Upgrade the web console', interruption: 'crash-before-id' },
  { state: 'Start the pipeline upgrade', interruption: 'crash-after-act' },
  { state: 'Migrate events', interruption: 'stop' },
  { state: 'Recalculate metrics', interruption: 'redrive-after-25h' },
  { state: 'Verify parity', interruption: 'newer-build' },
  { state: 'Report', interruption: 'permanent-error' },
];

test('an upgrade that is interrupted again and again, and redriven, ends as one that nobody disturbed', async () => {
  const player = await Player.open(1);
  try {
    expect(await player.mixed(STEPS)).toEqual([]);
  } finally {
    await player.close();
  }
});
