import type { Parameters } from './query';

/** What an advertiser adds to its links. */
export interface ClickId {
  type: string;
  id: string | null;
}

export interface Traffic {
  source: string | null;
  medium: string | null;
}

/** `scocial` is what the replaced function writes, and what stored rows and dashboards know (D8). */
const TRAFFIC: ReadonlyMap<string, Traffic> = new Map([
  ['gclid', { source: 'google', medium: 'cpc' }],
  ['dclid', { source: 'google', medium: 'display' }],
  ['fbclid', { source: 'facebook', medium: 'scocial' }],
  ['msclid', { source: 'microsoft', medium: 'cpc' }],
  ['twclid', { source: 'twitter', medium: 'cpc' }],
  ['pintclid', { source: 'pinterest', medium: 'cpc' }],
  ['linclid', { source: 'linkedin', medium: 'cpc' }],
  ['ytclid', { source: 'youtube', medium: 'video' }],
  ['tikclid', { source: 'tiktok', medium: 'video' }],
  ['bingclid', { source: 'bing', medium: 'cpc' }],
  ['baiduclid', { source: 'baidu', medium: 'cpc' }],
]);

/** The first parameter whose name ends with `clid`, in the URL's own order (D7: it was the order of Python's hash table). */
export function clickIdOf(parameters: Parameters): ClickId | null {
  for (const [type, id] of parameters) {
    if (type.endsWith('clid')) return { type, id };
  }
  return null;
}

/** Nothing is known of the traffic of a click id that is not in the table. */
export function trafficOf({ type }: ClickId): Traffic {
  return TRAFFIC.get(type) ?? { source: null, medium: null };
}
