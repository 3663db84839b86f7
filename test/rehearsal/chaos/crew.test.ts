import { join } from 'node:path';
import { playMany } from '../../../rehearsal/chaos/crew';

const worker = join(__dirname, 'support/fake-worker.mjs');

describe('A crew of processes', () => {
  test('plays every world, and answers the rows in the order of the seeds', async () => {
    const told: number[] = [];
    const rows = await playMany([5, 3, 1], { jobs: 2, worker, onRow: ({ seed }) => told.push(seed) });
    expect(rows.map(({ seed, held }) => [seed, held])).toEqual([
      [5, true],
      [3, true],
      [1, true],
    ]);
    expect([...told].sort()).toEqual([1, 3, 5]);
  });

  test('goes on in a new process when a world has ended its own', async () => {
    const rows = await playMany([2, 7], { jobs: 1, worker });
    expect(rows[0]).toMatchObject({ seed: 2, state: 'its process died', held: false });
    expect(rows[1]).toMatchObject({ seed: 7, held: true });
  });

  test('ends a world that hangs, and tells the last that was seen of it', async () => {
    const rows = await playMany([4, 9], { jobs: 1, worker, longestSilenceMs: 1_500 });
    expect(rows[0]).toMatchObject({ seed: 4, state: 'it hung', held: false });
    expect(rows[0]?.why).toContain('Check, Migrate events');
    expect(rows[1]).toMatchObject({ seed: 9, held: true });
  });

  test('ends a world that comes to no end', async () => {
    const rows = await playMany([6], { jobs: 1, worker, longestMs: 1_000 });
    expect(rows).toMatchObject([{ seed: 6, state: 'it came to no end', held: false }]);
  });

  test('ends all of them when it is interrupted', async () => {
    const interrupted = new AbortController();
    const played = playMany([8, 1], { jobs: 1, worker, signal: interrupted.signal });
    interrupted.abort(new Error('Interrupted'));
    await expect(played).rejects.toThrow('Interrupted');
  });
});
