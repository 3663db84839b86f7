import { MAX_ANSWER_BYTES } from '../../../lambda/udf/answer';
import { answerBatch } from '../../../lambda/udf/batch';
import { STRICT } from '../../../lambda/udf/mode';

/** As Redshift sends it. */
const payload = (externalFunction: string, records: unknown[], more: object = {}): object => ({
  request_id: '23FF1F97-F28A-44AA-AB67-266ED976BF40',
  cluster: 'arn:aws:redshift:xxxx',
  user: 'IAMR:ClickstreamDataApi',
  database: 'dev',
  external_function: externalFunction,
  query_id: 5678234,
  num_records: records.length,
  arguments: records,
  ...more,
});
const answerOf = (event: unknown): unknown => JSON.parse(answerBatch(event).text);
const success = (...results: (string | null)[]): object => ({ success: true, num_records: results.length, results });

describe('A batch', () => {
  test.each([
    'combine_json_list',
    'app1.combine_json_list',
    'dev.app1.combine_json_list',
    '"app1"."combine_json_list"',
    'APP1.Combine_JSON_List',
    'app1."combine_json_list"',
  ])('is answered by the function that %s names', (name) => {
    expect(answerOf(payload(name, [['[{"a":1}]']]))).toEqual(success('{"a": 1}'));
  });

  test('has as many results as records, in their order, whatever form a record has', () => {
    const records = [['[{"a":1}]'], '[{"b":2}]', null, [null], ['no JSON']];
    const batch = answerBatch(payload('app1.combine_json_list', records));
    expect(JSON.parse(batch.text)).toEqual(success('{"a": 1}', '{"b": 2}', null, null, null));
    expect(batch.deviations).toEqual({ nullGiven: 2, unusable: 1 });
  });

  test('may have no records', () => {
    expect(answerOf(payload('app1.combine_json_list', []))).toEqual(success());
  });

  test('has a result for a page without anything', () => {
    const [all, nothing] = (
      answerOf(payload('parse_utm_from_url', [[null, null, null], null])) as { results: string[] }
    ).results;
    expect(nothing).toBe(all);
    expect(JSON.parse(nothing ?? '')).toMatchObject({ utm_source: 'Driect', host: '' });
  });

  test('tells of arguments that are wrong in number or kind', () => {
    const batch = answerBatch(payload('app1.rm_object_props', [['{"a":1}'], ['{"a":1}', 'a', 'b'], ['{"a":1}', 5], 7]));
    expect(JSON.parse(batch.text)).toEqual(success(null, '{}', null, null));
    expect(batch.deviations).toEqual({ wrongArguments: 4, nullGiven: 3 });
  });

  test('is told of without anything of its rows', () => {
    const { text, ...told } = answerBatch(payload('app1.combine_json_list', [['[{"secret":1}]'], ['secret']]));
    expect(told).toEqual({
      function: 'combine_json_list',
      records: 2,
      deviations: { unusable: 1 },
      error: undefined,
      ids: { request: '23FF1F97-F28A-44AA-AB67-266ED976BF40', query: 5678234 },
    });
    expect(text).toContain('secret');
  });

  test('fails in strict mode with what Python raised', () => {
    const { text } = answerBatch(payload('combine_json_list', [['[]'], ['[']]), STRICT);
    expect(JSON.parse(text)).toEqual({
      success: false,
      error_msg: expect.stringMatching(/^ValueError: no JSON/) as string,
    });
  });
});

describe('A query fails with a message', () => {
  const failure = (message: RegExp): object => ({
    success: false,
    error_msg: expect.stringMatching(message) as string,
  });

  test.each(['app1.other', '', '.', 'toString', 'combine_json_list()', 'x'.repeat(5_000)])(
    'when there is no such function (%#)',
    (name) => {
      expect(answerOf(payload(name, [['[]']]))).toEqual(
        failure(/^There is no function .* here, only convert_json_list, .*\. Drop/),
      );
    },
  );

  test.each([undefined, null, 5, 'text', [], {}, { arguments: [] }, { external_function: 'combine_json_list' }])(
    'when it is no batch: %j',
    (event) => {
      expect(answerOf(event)).toEqual(failure(/^The Lambda of the Clickstream functions was called with/));
    },
  );

  test('when records are missing', () => {
    const event = payload('combine_json_list', [['[]']], { num_records: 2 });
    expect(answerOf(event)).toEqual(failure(/was told of 2 records and given 1/));
  });

  test('when its answer would be more than a Lambda may give back', () => {
    const url = `https://e.com/?x=${'é'.repeat(300)}`;
    const answerTo = (rows: number) =>
      answerBatch(payload('app1.parse_utm_from_url', Array(rows).fill([url, null, null])));
    const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));
    const oneRow = bytesOf(answerTo(2).text) - bytesOf(answerTo(1).text);
    const most = Math.floor((MAX_ANSWER_BYTES - 100) / oneRow);

    expect(JSON.parse(answerTo(most).text)).toMatchObject({ success: true, num_records: most });
    const { text, error } = answerTo(most + 1);
    expect(JSON.parse(text)).toEqual({ success: false, error_msg: error });
    expect(error).toMatch(
      /^The answer of parse_utm_from_url to \d+ rows has 62\d+ bytes, and .* 6291456\. .*MAX_BATCH_ROWS/,
    );
  });
});
