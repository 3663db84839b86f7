import { StepBench } from '../support/step-bench';

/** A hundred of them are more than DynamoDB puts into one answer of a batch (simulated: 1.4 MB). */
const LONG = 'x'.repeat(20_000);
const ITEMS = 230;

const bench = new StepBench('free');
const batches = (): number => bench.account.callLog.of('dynamodb', 'BatchGetItem').length;

beforeAll(() => bench.open());
afterAll(() => bench.close());

describe('Many items of the state table', () => {
  test('are read a hundred in a call, whatever an answer leaves out; what is not there is left out', async () => {
    const written = Array.from({ length: ITEMS }, (_, index) => `many/${String(index)}`);
    for (const key of written) await bench.table.put(key, { revision: 1, key, text: LONG });

    const found = await bench.table.getAll([...written, 'many/missing', ...written.slice(0, 5)]);

    expect([...found.keys()].sort()).toEqual([...written].sort());
    for (const [key, item] of found) expect(item).toEqual({ pk: key, revision: 1, key, text: LONG });
    // Three full batches, and what did not fit into them.
    expect(batches()).toBeGreaterThan(Math.ceil((ITEMS + 1) / 100));
  });

  test('that are none are not asked for', async () => {
    const before = batches();
    expect((await bench.table.getAll([])).size).toBe(0);
    expect(batches()).toBe(before);
  });
});
