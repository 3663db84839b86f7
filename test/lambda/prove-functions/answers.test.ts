import { EXPECTED, wrongAnswers } from '../../../lambda/prove-functions/answers';
import { handler } from '../../../lambda/udf';

const RIGHT = Object.entries(EXPECTED).map(([asked, answer]) => ({ asked, answer }));

describe('The answers of the probe', () => {
  test('are right where they equal the expected ones, however they are spaced and ordered', () => {
    expect(wrongAnswers(RIGHT)).toEqual([]);
    const spaced = RIGHT.map((row) => (row.asked === 'row 1' ? { ...row, answer: '{"b":"x","a":1}' } : row));
    expect(wrongAnswers(spaced)).toEqual([]);
  });

  test.each([
    ['another value', 'row 1', '{"a": 2, "b": "x"}'],
    ['a value for NULL', 'row 2', '{}'],
    ['characters that were lost on the way', 'row 3', '{"?": "?"}'],
    ['what is no JSON', 'convert_json_list', 'nothing'],
    ['a row that no function has touched', 'row 2', 'nobody has answered yet'],
  ])('are wrong with %s', (_, asked, answer) => {
    const rows = RIGHT.map((row) => (row.asked === asked ? { asked, answer } : row));
    expect(wrongAnswers(rows)).toEqual([expect.stringContaining(`${asked} answered ${answer}`)]);
  });

  test('are wrong where one is missing', () => {
    expect(wrongAnswers(RIGHT.slice(1))).toEqual(['row 1 was not answered']);
  });

  test.each([
    ['row 1', 'combine_json_list', ['[{"a":1},{"b":"x"}]']],
    ['row 3', 'combine_json_list', ['[{"名":"值"}]']],
    ['row 4', 'rm_object_props', ['{"a":1,"b":2}', 'b']],
    ['row 5', 'transform_event_custom_props', ['{"n":{"type":"number","value":"12"}}']],
    ['convert_json_list', 'convert_json_list', ['{"k":{"value":"v","type":"string"}}']],
    ['parse_utm_from_url', 'parse_utm_from_url', ['https://example.com/a?utm_source=probe', null, null]],
    [
      'transform_user_custom_props',
      'transform_user_custom_props',
      ['{"n":{"type":"boolean","value":"true","set_time_msec":1}}'],
    ],
    ['null', 'transform_event_custom_props', [null]],
  ])('are the handler’s own: %s', async (asked, name, args) => {
    const answer = await handler({
      request_id: 'r',
      cluster: 'c',
      user: 'u',
      database: 'd',
      external_function: `probe.${name}`,
      query_id: 1,
      num_records: 1,
      arguments: [args],
    });
    const { results } = JSON.parse(answer) as { results: (string | null)[] };
    const rows = RIGHT.map((row) => (row.asked === asked ? { asked, answer: results[0] ?? null } : row));
    expect(wrongAnswers(rows)).toEqual([]);
  });
});
