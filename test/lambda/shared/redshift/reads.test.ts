import { Reads, StillReading } from '../../../../lambda/shared/redshift/reads';
import type { SqlStatement } from '../../../../lambda/shared/sql/statement';
import { CallBench } from '../../support/call-bench';

const bench = new CallBench();
beforeAll(() => bench.open());
afterAll(() => bench.close());
beforeEach(() => bench.reset());
afterEach(() => jest.restoreAllMocks());

/** Runs until the test ends it. */
const SLOW: SqlStatement = { name: 'probe/slow', text: 'CALL slow()', parameters: {} };

/** Makes the passes that are under way this much older. */
function passMs(ms: number): void {
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + ms);
}

describe('A read that does not end', () => {
  test('is waited for as long as one poll may be, and then ends the pass', async () => {
    const beganMs = bench.account.clock.now();
    await expect(new Reads(undefined, 'patient pass').run(bench.session, SLOW)).rejects.toThrow(StillReading);
    expect(bench.account.clock.now() - beganMs).toBe(20_000);
  });

  test('is not waited for late in a pass, which would outlive its Lambda, and goes on in the next', async () => {
    const late = new Reads(undefined, 'late pass');
    passMs(26_000);
    const beganMs = bench.account.clock.now();
    await expect(late.run(bench.session, SLOW)).rejects.toThrow(StillReading);
    expect(bench.account.clock.now()).toBe(beganMs);
    await bench.warehouse.end();
    const [id = ''] = Object.values(late.remembered());
    expect(await new Reads(late.remembered(), 'next pass').run(bench.session, SLOW)).toBe(id);
    expect(bench.warehouse.calls).toHaveLength(1);
  });
});
