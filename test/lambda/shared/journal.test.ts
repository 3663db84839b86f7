import fc from 'fast-check';
import { Journal, journalRecord as journalSchema, type JournalRecord, type Unit } from '../../../lambda/shared/journal';
import { StateTable } from '../../../lambda/shared/state-table';
import { journalRecord, ROOT } from '../support/fixtures';

const UNIT: Unit = {
  warehouse: { region: 'eu-west-1', name: 'wg' },
  database: 'project1',
  schema: 'app1',
  name: 'events',
};
const journalOf = (unit: Partial<Unit> = {}): Journal => new Journal(new StateTable('state'), { ...UNIT, ...unit });

/** Submissions of some units by some roots; between two of one unit, its record is written some times. */
const submissions = fc.array(
  fc.record({
    unit: fc.record({
      database: fc.constantFrom('project1', 'project2'),
      schema: fc.constantFrom('app1', 'app2'),
      name: fc.constantFrom('events', 'users'),
    }),
    root: fc.constantFrom(ROOT, `${ROOT}-again`),
    writes: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 30 },
);

describe('The token of a call', () => {
  test('is distinct for every submission, and at most 64 characters long', () => {
    fc.assert(
      fc.property(submissions, (calls) => {
        const records = new Map<string, JournalRecord>();
        const tokens = calls.map(({ unit, root, writes }) => {
          const journal = journalOf(unit);
          const before = records.get(journal.key);
          records.set(journal.key, journalRecord({ revision: (before?.revision ?? 0) + writes }));
          return journal.token(before, root);
        });
        expect(new Set(tokens).size).toBe(calls.length);
        expect(tokens.every((token) => token.length > 0 && token.length <= 64)).toBe(true);
      }),
    );
  });

  test('is the same for the same submission, whoever asks', () => {
    expect(journalOf().token(journalRecord({ state: 'dead' }), ROOT)).toBe(
      journalOf().token(journalRecord({ retry: 2 }), ROOT),
    );
  });

  test('differs between executions that an operator started, and between warehouses of one name', () => {
    const token = journalOf().token(undefined, ROOT);
    expect(journalOf().token(undefined, `${ROOT}-again`)).not.toBe(token);
    expect(journalOf({ warehouse: { region: 'us-east-1', name: 'wg' } }).token(undefined, ROOT)).not.toBe(token);
  });

  test('can be told from other text in a LIKE pattern: it has only hexadecimal digits', () => {
    expect(journalOf().token(undefined, ROOT)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('A record of the journal', () => {
  test('has a key of region, warehouse, database, schema and unit', () => {
    expect(journalOf().key).toBe('journal/eu-west-1/wg/project1/app1/events');
  });

  test('with a cause or a state that this build does not know is refused, not misread', () => {
    expect(journalSchema.safeParse(journalRecord()).success).toBe(true);
    expect(journalSchema.safeParse({ ...journalRecord(), state: 'paused' }).success).toBe(false);
    expect(journalSchema.safeParse({ ...journalRecord(), cause: 'bored' }).success).toBe(false);
    expect(journalSchema.safeParse({ ...journalRecord(), token: 'a'.repeat(65) }).success).toBe(false);
  });
});
