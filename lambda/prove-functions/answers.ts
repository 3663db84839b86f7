/**
 * What the functions have to answer in the probe, by what was asked. Texts of JSON are compared as values: only
 * `parse_utm_from_url` promises an order. `null` is SQL's NULL.
 * Source: observed under Python 2.7, docs/python-udfs.md
 */
export const EXPECTED: Readonly<Record<string, string | null>> = {
  'row 1': '{"a": 1, "b": "x"}',
  'row 2': null,
  'row 3': '{"名": "值"}',
  'row 4': '{"a": 1}',
  'row 5': '{"n": 12}',
  convert_json_list: '[{"key": "k", "value": "v", "type": "string"}]',
  parse_utm_from_url: JSON.stringify({
    channel_group: 'Unassigned',
    clid_str: null,
    gclid: null,
    host: 'example.com',
    params: { utm_source: 'probe' },
    path: 'a',
    protocol: 'https',
    query: 'utm_source=probe',
    source_category: 'Unassigned',
    utm_campaign: null,
    utm_content: null,
    utm_id: null,
    utm_medium: 'Unassigned',
    utm_source: 'probe',
    utm_source_platform: null,
    utm_term: null,
  }),
  transform_user_custom_props: '{"n": {"value": true, "set_time_msec": 1}}',
  null: null,
};

/** Pure: what was answered otherwise than expected, a sentence each. */
export function wrongAnswers(rows: readonly { asked: string; answer: string | null }[]): string[] {
  const answers = new Map(rows.map(({ asked, answer }) => [asked, answer]));
  return Object.entries(EXPECTED).flatMap(([asked, expected]) => {
    const answer = answers.get(asked);
    if (answer === undefined) return [`${asked} was not answered`];
    if (normal(answer) === normal(expected)) return [];
    return [`${asked} answered ${String(answer)} instead of ${String(expected)}`];
  });
}

/** JSON texts of equal values are equal. */
function normal(text: string | null): string | null {
  if (text === null) return null;
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return text;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
