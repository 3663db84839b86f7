import fc from 'fast-check';
import { answerBatch } from '../../../lambda/udf/batch';
import { FUNCTIONS, type FunctionName } from '../../../lambda/udf/functions';

const MAX_BYTES = 65_535;

const functionName = fc.constantFrom(...(Object.keys(FUNCTIONS) as FunctionName[]));

/** Names and values that the functions look for, so that what is generated gets beyond their first line. */
const known = fc.constantFrom(
  ...['value', 'type', 'set_time_msec', 'number', 'boolean', 'TRUE', ' 1.5 ', '1e999', 'nan', '12', '-0', 'é', '٣'],
);
const leaf = fc.oneof(known, fc.string({ unit: 'binary' }), fc.double(), fc.constant(null), fc.boolean());
const json = fc
  .letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(fc.oneof(known, fc.string()), tie('value'), { maxKeys: 5 }),
    ),
  }))
  .value.map((value) => JSON.stringify(value));

const url = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['https://', '//', '/', '?', '&', '=', '%26', '%3D', 'www.', 'bing.com', 'google.com', 'gclid', 'clid'],
        ...['utm_source', 'utm_medium', 'utm_term', 'q', 'email', 'social', '__proto__', 'x', '上海'],
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

/** Texts as long as a column allows, of one or a few repeated pieces: what a parser may be slow with, or overflow its stack. */
const long = fc
  .tuple(
    fc.constantFrom('', '{"a":', '[', '[{"a":{"type":"number","value":"', '{"a":{"value":[', 'https://e.com/?', '"'),
    fc.oneof(
      fc.constantFrom('[', '{"a":', ' ', '1', '\\u00e9', '海', '😀', 'a=&', 'a&', '1e15,', '//', '?', '%26', 'www.'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }),
    ),
    fc.constantFrom('', '"', '"}}]', ']}}', 'x'),
  )
  .map(([begin, piece, end]) => {
    const room = MAX_BYTES - Buffer.byteLength(begin + end);
    return begin + piece.repeat(Math.floor(room / Buffer.byteLength(piece))) + end;
  });

const text = fc.oneof(json, url, fc.string({ unit: 'binary' }));
const argument = fc.oneof({ weight: 8, arbitrary: text }, { weight: 1, arbitrary: fc.constant(null) });
const anyRecord = fc.oneof(
  { weight: 6, arbitrary: fc.array(argument, { maxLength: 4 }) },
  { weight: 2, arbitrary: argument },
  { weight: 1, arbitrary: fc.anything() },
);

function expectAnswers(name: FunctionName, records: readonly unknown[]): void {
  const { text, error, function: called } = answerBatch({ external_function: `app1.${name}`, arguments: records });
  const answer = JSON.parse(text) as { results: (string | null)[] };
  expect({ error, called }).toEqual({ error: undefined, called: name });
  expect(answer).toMatchObject({ success: true, num_records: records.length });
  expect(answer.results).toHaveLength(records.length);
  for (const result of answer.results) {
    if (result === null) continue;
    expect(Buffer.byteLength(result)).toBeLessThanOrEqual(MAX_BYTES);
    // JSON as JavaScript and Redshift know it: no NaN, no infinity.
    expect(() => JSON.parse(result) as unknown).not.toThrow();
  }
}

describe('Whatever is in the rows', () => {
  test('every record has its result, which is JSON and fits its column', () => {
    fc.assert(
      fc.property(functionName, fc.array(anyRecord, { maxLength: 8 }), (name, records) => expectAnswers(name, records)),
      { numRuns: 700 },
    );
  });

  test('so have texts as long as a column allows', () => {
    fc.assert(
      fc.property(functionName, long, fc.oneof(long, argument), (name, one, other) =>
        expectAnswers(name, [[one, other, one]]),
      ),
      { numRuns: 100 },
    );
  });

  test('what Redshift would never send is answered as well', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ external_function: functionName, arguments: fc.anything() })),
        (event) => {
          const { text } = answerBatch(event);
          expect(JSON.parse(text)).toHaveProperty('success');
        },
      ),
    );
  });
});
