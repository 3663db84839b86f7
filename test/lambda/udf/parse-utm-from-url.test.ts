import fc from 'fast-check';
import { byCodePoint } from '../../../lambda/udf/code-points';
import { STRICT } from '../../../lambda/udf/mode';
import { parseUtmFromUrl } from '../../../lambda/udf/parse-utm-from-url';
import { channelOf } from '../../../lambda/udf/utm/channels';
import { decodedQuery } from '../../../lambda/udf/utm/query';
import { REFERRERS } from '../../../lambda/udf/utm/referrers';
import type { Tags } from '../../../lambda/udf/utm/tags';

interface Answer {
  params: Record<string, string | null> | null;
  clid_str: string | null;
  utm_campaign: string | null;
  utm_source: string;
  utm_term: string | null;
}

function parsed(url: string | null, referrer: string | null = null, latestReferrer: string | null = null): Answer {
  return JSON.parse(parseUtmFromUrl([url, referrer, latestReferrer], STRICT) ?? '') as Answer;
}

const PAGE = 'https://shop.example.com/';

describe('The page’s URL', () => {
  test.each([
    ['https://e.com/a/b.html', { protocol: 'https', host: 'e.com', path: 'a/b.html', query: null, params: null }],
    ['e.com/a?x=1', { protocol: 'http', host: 'e.com', path: 'a', query: 'x=1', params: { x: '1' } }],
    ['https://u:p@E.com:8080/', { protocol: 'https', host: 'u:p@E.com:8080', path: null }],
    ['https://e.com//a/b', { host: 'e.com', path: null }],
    ['https://e.com/a//b', { host: 'e.com', path: 'a' }],
    ['http:///a', { host: '', path: 'a' }],
    ['e.com/a?u=http://x', { protocol: 'e.com/a', host: null, path: null, params: { u: 'http://x' } }],
    ['https://e.com/a#b?x=1#c', { path: 'a#b', params: { x: '1#c' } }],
    ['https://e.com/a?x=1?y=2', { query: 'x=1', params: { x: '1' } }],
    ['', { protocol: 'http', host: '', path: null, query: null }],
    [null, { protocol: 'http', host: '', path: null, query: null }],
  ])('%j is taken apart', (url, parts) => {
    expect(parsed(url)).toMatchObject(parts);
  });

  test.each([
    ['a=1&b', { a: '1', b: null }],
    ['a=1&a=2&a=', { a: '1,2,' }],
    ['a&a=2', { a: '2' }],
    ['a=&a=2', { a: ',2' }],
    ['a=b=c', { a: 'b' }],
    ['=1&&a=2', { a: '2' }],
    ['a=1%26b%3D2', { a: '1', b: '2' }],
    ['__proto__=1&2=a&1=b', JSON.parse('{"__proto__":"1","2":"a","1":"b"}') as object],
  ])('%s has its parameters', (query, params) => {
    expect(parsed(`https://e.com/?${query}`).params).toEqual(params);
  });

  test('is decoded once, with upper-case digits, and only where the table says so', () => {
    const everyCode = Array.from({ length: 256 }, (_, code) => `%${code.toString(16).toUpperCase().padStart(2, '0')}`);
    const decoded = everyCode.filter((code) => decodedQuery(code) !== code).map(decodedQuery);
    expect(decoded.join('')).toBe(' &+,/:;<=>?@[\\]^_`{|}~');
    expect(decodedQuery('%2f%252F%%3D%2')).toBe('%2f%252F%=%2');
  });

  test('has its parameters sorted as Python sorts bytes', () => {
    const text = parseUtmFromUrl(['https://e.com/?😀=1&｡=2&b=3&a=4&B=5', null, null], STRICT);
    expect(text).toContain('"params": {"B": "5", "a": "4", "b": "3", "\\uff61": "2", "\\ud83d\\ude00": "1"}');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        expect(Math.sign(byCodePoint(one, other))).toBe(Buffer.compare(Buffer.from(one), Buffer.from(other)));
      }),
    );
  });
});

describe('Click ids', () => {
  test.each([
    ['gclid', 'google', 'cpc'],
    ['dclid', 'google', 'display'],
    ['fbclid', 'facebook', 'scocial'],
    ['msclid', 'microsoft', 'cpc'],
    ['twclid', 'twitter', 'cpc'],
    ['pintclid', 'pinterest', 'cpc'],
    ['linclid', 'linkedin', 'cpc'],
    ['ytclid', 'youtube', 'video'],
    ['tikclid', 'tiktok', 'video'],
    ['bingclid', 'bing', 'cpc'],
    ['baiduclid', 'baidu', 'cpc'],
  ])('%s comes from %s by %s', (type, source, medium) => {
    expect(parsed(`${PAGE}?${type}=1`)).toMatchObject({
      clid_str: `{"type": "${type}", "id": "1"}`,
      utm_source: source,
      utm_medium: medium,
      channel_group: 'Unassigned',
      source_category: 'Unassigned',
    });
  });

  test('an unknown one takes the medium away', () => {
    expect(parsed(`${PAGE}?xclid=é&utm_medium=cpc`)).toMatchObject({
      clid_str: '{"type": "xclid", "id": "\\u00e9"}',
      utm_source: 'Driect',
      utm_medium: 'Direct',
    });
  });

  test('msclkid is none', () => {
    expect(parsed(`${PAGE}?msclkid=1`).clid_str).toBeNull();
  });

  test('the first in the URL is taken (D7)', () => {
    expect(parsed(`${PAGE}?zclid=1&gclid=2&fbclid=3`).clid_str).toBe('{"type": "zclid", "id": "1"}');
  });
});

describe('Which URLs are looked at', () => {
  test('none but the page’s if it has a source', () => {
    expect(parsed(`${PAGE}?utm_source=x`, 'https://www.bing.com/', 'https://www.bing.com/')).toMatchObject({
      utm_source: 'x',
      channel_group: 'Unassigned',
    });
  });

  test('the latest referrer, then the referrer; an empty one takes the page’s tags away', () => {
    expect(parsed(`${PAGE}?utm_campaign=c`, null, null).utm_campaign).toBe('c');
    expect(parsed(`${PAGE}?utm_campaign=c`, '', null).utm_campaign).toBeNull();
    expect(parsed(PAGE, 'https://bing.com', 'https://ask.com').utm_source).toBe('Ask');
    expect(parsed(PAGE, 'https://bing.com', 'https://e.org').utm_source).toBe('Bing');
  });

  test('what the latest referrer said of category and channel stays where the referrer says nothing', () => {
    expect(parsed(PAGE, 'https://e.org/?utm_source=zz', 'https://e.org/?utm_medium=SM')).toMatchObject({
      utm_source: 'zz',
      source_category: 'Social',
      channel_group: 'Organic Social',
    });
  });
});

describe('Referrers', () => {
  test('are 368, each in one category', () => {
    const counts = new Map<string, number>();
    for (const { category } of REFERRERS) counts.set(category, (counts.get(category) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({ Search: 80, Social: 261, Video: 16, Shopping: 11 });
    expect(new Set(REFERRERS.map(({ domain }) => domain)).size).toBe(368);
    const categories = new Map(REFERRERS.map(({ source, category }) => [source.toLowerCase(), category]));
    expect(categories.size).toBe(352);
    for (const { source, category } of REFERRERS) expect(categories.get(source.toLowerCase())).toBe(category);
  });

  test.each(REFERRERS)('$domain is found by its name, with and without www.', ({ domain, source, category }) => {
    for (const url of [`https://${domain}`, `https://www.${domain}/a/b?c=d`, domain, `//${domain}`.slice(2)]) {
      expect(parsed(PAGE, url)).toMatchObject({ utm_source: source, source_category: category });
    }
  });

  test.each([
    ...['https://m.facebook.com/', 'https://FACEBOOK.com/', 'https://facebook.com:443/', 'https://facebook.de/'],
    ...['https://wwww.facebook.com', 'https://www.www.facebook.com', 'https://u@facebook.com', 'https:///facebook.com'],
  ])('%s is not found', (url) => {
    expect(parsed(PAGE, url).utm_source).toBe('Driect');
  });

  test.each([
    ['https://www.bing.com/search?q=red+shoes&form=1', 'red+shoes'],
    ['https://www.bing.com/?q=a&q=b', 'b'],
    ['https://www.bing.com/?q=a%20b', 'a%20b'],
    ['https://www.bing.com/?q=&utm_term=t', ''],
    ['https://www.bing.com/?q&utm_term=t', 't'],
    ['https://www.baidu.com/s?word=a&wd=b&kw=c', 'c,b,a'],
    ['https://www.google.com/search?q=a', null],
  ])('%s was searched for its term', (url, term) => {
    expect(parsed(PAGE, url).utm_term).toBe(term);
  });

  test('a source by its name has its category', () => {
    expect(parsed(PAGE, 'https://e.org/?utm_source=FaceBook')).toMatchObject({
      utm_source: 'FaceBook',
      source_category: 'Social',
      channel_group: 'Organic Social',
    });
  });
});

describe('Channels', () => {
  const NOTHING: Tags = {
    id: null,
    source: null,
    medium: null,
    campaign: null,
    content: null,
    term: null,
    sourcePlatform: null,
    gclid: null,
    clickId: null,
  };
  const ALL = { id: 'a', source: 'b', medium: 'c', campaign: 'd', content: 'e', term: 'f', sourcePlatform: 'g' };
  const CLICK = { clickId: { type: 'gclid', id: null } };

  test.each<[string | undefined, Partial<Tags>, string | null, string | null]>([
    ['Direct', ALL, null, null],
    [undefined, { ...ALL, term: null }, null, null],
    ['Paid Search', { medium: 'cpc' }, 'Search', null],
    ['Paid Search', CLICK, 'Search', null],
    ['Organic Search', {}, 'Search', null],
    ['Organic Search', { medium: 'organic' }, 'Search', null],
    [undefined, { medium: 'Organic' }, 'Search', null],
    ['Paid Social', { medium: 'retargeting' }, 'Social', null],
    ['Organic Social', { medium: 'x' }, 'Social', null],
    ['Organic Social', { medium: 'Social Media' }, null, null],
    ['Paid Video', { medium: 'paid' }, 'Video', null],
    ['Organic Video', {}, 'Video', null],
    ['Organic Video', { medium: 'my-video' }, 'Search', null],
    ['Paid Shopping', { medium: 'ppc' }, 'Shopping', null],
    ['Organic Shopping', {}, 'Shopping', null],
    ['Organic Shopping', { campaign: 'workshop' }, null, null],
    ['Paid Other', { medium: 'cpm' }, null, null],
    [undefined, CLICK, null, null],
    ['Email', { source: 'email' }, null, null],
    ['Email', { medium: 'e-email' }, null, null],
    ['Email', {}, null, 'https://email.e.com'],
    ['SMS', { source: 'sms' }, null, null],
    ['SMS', { medium: 'sms' }, null, null],
    ['Audio', { medium: 'audio' }, null, null],
    ['Mobile Push Notifications', { medium: 'webpush' }, null, null],
    ['Mobile Push Notifications', { medium: 'mobile-x' }, null, null],
    ['Mobile Push Notifications', { medium: 'notifications' }, null, null],
    ['Referral', {}, null, 'https://internal.e.com'],
    [undefined, { medium: 'x' }, 'Search', 'https://internal.e.com'],
    ['Internal Referral', { medium: 'x' }, 'Search', 'https://Internal.e.com'],
    [undefined, {}, null, null],
  ])('%s: %j, category %s, referrer %s', (channel, tags, category, referrer) => {
    expect(channelOf({ tags: { ...NOTHING, ...tags }, category, referrer })).toBe(channel);
  });
});
