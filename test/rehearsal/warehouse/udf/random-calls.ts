import { REFERRERS } from '../../../../lambda/udf/utm/referrers';
import { FUNCTIONS, type FunctionName } from '../../../../lambda/udf/functions';
import { seededRandom } from '../../../../rehearsal/random';

type Random = () => number;

/** Calls of a function with arguments of the kind it gets, and of the kind it should not get; the same ones each time. */
export function randomCalls(
  name: FunctionName,
  count: number,
): { functionName: string; arguments: (string | null)[] }[] {
  const random = seededRandom(name.length);
  return Array.from({ length: count }, () => ({
    functionName: name,
    arguments: Array.from({ length: FUNCTIONS[name].arity }, (_, at) =>
      random() < 0.05 ? null : argument(name, at, random),
    ),
  }));
}

function argument(name: FunctionName, at: number, random: Random): string {
  if (name === 'parse_utm_from_url') return url(random);
  if (name === 'rm_object_props' && at === 1) return several(random, 4, () => word(random)).join();
  if (name === 'combine_json_list')
    return `[${several(random, 5, () => json(random, 2)).join(pick(random, [',', ' , ']))}]`;
  return object(random, 6, () => (random() < 0.8 ? property(random) : json(random, 2)));
}

function property(random: Random): string {
  const members = [`"type":${pick(random, ['"number"', '"boolean"', '"string"', 'null', '"Number"'])}`];
  if (random() < 0.95) members.push(`"value":${random() < 0.8 ? JSON.stringify(valueText(random)) : json(random, 1)}`);
  if (random() < 0.9) members.push(`"set_time_msec": ${pick(random, ['1708282081550', 'null', '"x"'])}`);
  return `{${members.join(',')}}`;
}

function valueText(random: Random): string {
  const digits = String(Math.floor(random() * 1e9));
  return pick(random, [
    ...['true', 'TRUE', 'False', '', 'Ünïcode', '１２', ' 7 ', '1e5', '1E-7', '.5', '5.', '0x1F', '1,5', 'nan', '-inf'],
    ...[
      digits,
      `-${digits}`,
      `${digits}.${digits}`,
      `${digits}e${Math.floor(random() * 30)}`,
      digits.repeat(4),
      '上海'.repeat(60),
    ],
  ]);
}

function json(random: Random, depth: number): string {
  const kind = random();
  if (depth > 0 && kind < 0.4) return object(random, 4, () => json(random, depth - 1));
  if (depth > 0 && kind < 0.55) return `[${several(random, 3, () => json(random, depth - 1)).join()}]`;
  return pick(random, [
    ...['null', 'true', 'false', '0', '-0', '12.50', '1e5', '1E400', '-3', '123456789012345678901', 'NaN', '-Infinity'],
    ...[
      '"\\u0041\\n\\/"',
      '"\\ud83d"',
      '"\\ud83d\\ude00"',
      '"\\\\ud83d"',
      '"\u007f\u2028"',
      '""',
      '"value"',
      '{',
      '1.',
      "'x'",
    ],
  ]);
}

function object(random: Random, most: number, member: () => string): string {
  return `{${several(random, most, () => `${JSON.stringify(word(random))}${pick(random, [':', ' : '])}${member()}`).join()}}`;
}

function url(random: Random): string {
  const { domain } = REFERRERS[Math.floor(random() * REFERRERS.length)] ?? { domain: 'google.com' };
  const host = pick(random, [
    domain,
    `www.${domain}`,
    `m.${domain}`,
    domain.toUpperCase(),
    'shop.example.org:8080',
    '',
    'localhost',
  ]);
  const pairs = several(random, 7, () => {
    const name = pick(random, [
      ...['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term', 'utm_id', 'utm_source_platform'],
      ...['gclid', 'fbclid', 'dclid', 'otherclid', 'q', 'query', 'wd', 'kw', 'a', '城', 'a.b', ''],
    ]);
    return `${name}${pick(random, ['', '=', `=${queryValue(random)}`, `=${queryValue(random)}`, `=${queryValue(random)}=x`])}`;
  });
  const path = pick(random, ['', '/', '/a/b.html', '//x', '/a//b', '/päth', '/internal', '/Internal/email#x']);
  return `${pick(random, ['https://', 'https://', 'http://', '', 'app:', '//'])}${host}${path}${pick(random, ['', '?', '?', '??', '#?'])}${pairs.join('&')}`;
}

function queryValue(random: Random): string {
  return pick(random, [
    ...[
      'google',
      'Facebook',
      'bing',
      'youtube',
      'amazon',
      'email',
      'sms',
      'social',
      'SM',
      'cpc',
      'organic',
      'audio',
      'push',
    ],
    ...[
      'webpush',
      'mobile_app',
      'paid',
      'video',
      'shop',
      'red+shoes',
      'red%20shoes',
      '%26b%3Dc',
      '%2526',
      '%7e',
      '%7E',
      '日本',
      '"',
      '\\',
      '\t',
    ],
  ]);
}

function word(random: Random): string {
  return pick(random, [
    'a',
    'b',
    'name',
    'price',
    'Name',
    '',
    '1',
    '__proto__',
    '城',
    'é',
    'a b',
    '"',
    '\\',
    '\n',
    '\u{1F600}',
  ]);
}

function several<T>(random: Random, most: number, make: () => T): T[] {
  return Array.from({ length: Math.floor(random() * (most + 1)) }, make);
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}
