import { setPythonUdfs } from '../../../../rehearsal/warehouse/v2';
import { TestWarehouse, type TestApp } from './support';

let warehouse: TestWarehouse;
let app: TestApp;
beforeAll(async () => {
  warehouse = await TestWarehouse.start();
  app = await warehouse.app({ events: 300 });
}, 60_000);
afterAll(async () => {
  await warehouse.stop();
});

async function ask(name: string, ...values: (string | null)[]): Promise<unknown> {
  const places = values.map((_value, index) => `$${index + 1}`).join(', ');
  const { rows } = await app.session.query<{ answer: string }>(
    `select ${app.schema}.${name}(${places}) as answer`,
    values,
  );
  return JSON.parse(rows[0]?.answer ?? 'null');
}

describe('the functions answer as the Python ones', () => {
  test.each([
    ['combine_json_list', ['[{"a":1},{"b":2},{"a":{"x":3}}]'], { a: { x: 3 }, b: 2 }],
    ['combine_json_list', ['[]'], {}],
    ['combine_json_list', ['[[],{"城":"上海"},{"n":null}]'], { 城: '上海', n: null }],
    ['rm_object_props', ['{"name":1,"Name":2,"x":{"name":3}}', 'name,y'], { Name: 2, x: { name: 3 } }],
    ['rm_object_props', ['{"a":1,"b":2}', 'a, b'], { b: 2 }],
    ['rm_object_props', ['{"":1,"b":2}', ''], { b: 2 }],
    [
      'transform_event_custom_props',
      [
        '{"s":{"value":"x","type":"string"},"n":{"value":" -07 ","type":"number"},"f":{"value":"12.5","type":"number"},"b":{"value":"True","type":"boolean"}}',
      ],
      { s: 'x', n: -7, f: 12.5, b: true },
    ],
    [
      'transform_user_custom_props',
      ['{"age":{"value":"33","type":"number","set_time_msec":1708282081550}}'],
      { age: { value: 33, set_time_msec: 1708282081550 } },
    ],
    [
      'convert_json_list',
      ['{"a":{"value":"x","type":"string","set_time_msec":1},"b":{"type":"number"},"c":"a text","d":[1]}'],
      [{ key: 'a', value: 'x', type: 'string' }],
    ],
    [
      'convert_json_list',
      [`{"a":{"value":"${'🙂'.repeat(101)}","type":null}}`],
      [{ key: 'a', value: '🙂'.repeat(100), type: null }],
    ],
    ['convert_json_list', ['{}'], []],
  ])('%s(%j) is %j', async (name, values, answer) => {
    expect(await ask(name, ...values)).toEqual(answer);
  });

  test.each([
    [
      'https://e.com/a/b.html',
      null,
      null,
      { utm_source: 'Driect', utm_medium: 'Direct', channel_group: 'Direct', host: 'e.com', path: 'a/b.html' },
    ],
    [
      'https://e.com/p?utm_source=google&utm_medium=cpc',
      null,
      null,
      { utm_source: 'google', channel_group: 'Unassigned' },
    ],
    [
      'https://e.com/?gclid=abc',
      null,
      null,
      { utm_source: 'google', utm_medium: 'cpc', clid_str: '{"type": "gclid", "id": "abc"}', path: null },
    ],
    [
      'https://e.com/',
      'https://www.bing.com/search?q=red+shoes',
      null,
      { utm_source: 'Bing', source_category: 'Search', channel_group: 'Organic Search', utm_term: 'red+shoes' },
    ],
    [
      'https://e.com/',
      'https://www.facebook.com/',
      'https://unknown.org/',
      { utm_source: 'Facebook', channel_group: 'Organic Social' },
    ],
    ['https://e.com/p?b=x%20y&c=%2Fp%3Fq&f=%2520', null, null, { params: { b: 'x y', c: '/p?q', f: '%2520' } }],
  ])('parse_utm_from_url(%s, %s, %s)', async (url, referrer, latest, parts) => {
    expect(await ask('parse_utm_from_url', url, referrer, latest)).toMatchObject(parts);
  });

  test.each([
    ['combine_json_list', [null], 'TypeError: '],
    ['combine_json_list', ['[null]'], 'TypeError: '],
    ['combine_json_list', ['[{"a":1},'], 'ValueError: '],
    ['rm_object_props', ['{}', null], 'AttributeError: '],
    ['transform_event_custom_props', ['{"a":null}'], 'TypeError: '],
    ['transform_event_custom_props', ['{"a":{"type":"string"}}'], 'KeyError: '],
    ['transform_event_custom_props', ['{"a":{"value":"abc","type":"number"}}'], 'ValueError: '],
    ['transform_event_custom_props', ['{"a":{"value":"1_000","type":"number"}}'], 'ValueError: '],
    ['transform_user_custom_props', ['{"a":{"value":"1","type":"number"}}'], 'KeyError: '],
    ['parse_utm_from_url', ['https://e.com/?a=1&a', null, null], 'TypeError: '],
    ['convert_json_list', ['[]'], 'AttributeError: '],
    ['convert_json_list', ['{"a":{"value":1,"type":"number"}}'], 'TypeError: '],
    ['convert_json_list', ['{"a":{"value":"1"}}'], 'KeyError: '],
    ['convert_json_list', ['{"a":null}'], 'TypeError: '],
    ['convert_json_list', ['{"a":"a value"}'], 'TypeError: '],
    ['combine_json_list', [`[{"a":"${'上'.repeat(11_000)}"}]`], 'Value too long for character type'],
  ])('%s(%j) raises %s', async (name, values, error) => {
    await expect(ask(name, ...values)).rejects.toThrow(error);
  });
});

describe('the end of Python on Redshift', () => {
  afterEach(async () => {
    await setPythonUdfs(warehouse.admin, { schema: app.schema, state: 'alive' });
  });

  test.each([
    ['disabled', 'error message:Function is not supported for language plpythonu anymore.'],
    ['missing', 'error message:function combine_json_list(unknown) does not exist'],
  ] as const)('%s functions fail the migration at its first use of one', async (state, message) => {
    await setPythonUdfs(warehouse.admin, { schema: app.schema, state });
    await app.run('truncate $s.clickstream_log_v2');
    await app.call('sp_migrate_event_to_v2(30)');
    const said = await app.log(`log_level = 'error'`);
    expect(said).toHaveLength(1);
    expect(said[0]?.log_msg.replace(`${app.schema}.`, '')).toBe(message);
    expect(await app.messages('sp_migrate_event_to_v2')).toContainEqual(
      expect.stringMatching(/^UPDATE event_v2 \d+ for user_first_touch_time_msec$/),
    );
  });

  test('alive again, they carry the migration to its end, and belong to their owner', async () => {
    await setPythonUdfs(warehouse.admin, { schema: app.schema, state: 'missing' });
    await app.call('sp_migrate_event_to_v2(30)');
    await setPythonUdfs(warehouse.admin, { schema: app.schema, state: 'alive' });
    await app.call('sp_migrate_event_to_v2(30)');
    expect((await app.log()).at(-1)?.log_msg).toBe('----done---------------------------- ');
    expect(
      await app.number(`select count(distinct proowner) from pg_proc where pronamespace = '$s'::regnamespace`),
    ).toBe(1);
  });
});
