import rows from './referrers.json';
import { pieces } from './query';
import { withProtocol } from './url';

export type Category = 'Search' | 'Social' | 'Video' | 'Shopping';

/** A site that visitors come from. */
export interface Referrer {
  domain: string;
  source: string;
  category: Category;
  /** Parameters of its URLs in which it hands on what was searched for. */
  searchParams: readonly string[];
}

/**
 * The solution's own 368 sites (referrers.json). The source of coccoc.com is stored with the backslashes of an escape that
 * Python 2.7 never resolved (D8).
 */
export const REFERRERS: readonly Referrer[] = rows.map(({ category, ...row }) => {
  if (!isCategory(category)) throw new RangeError(`${row.domain}: ${category} is no category`);
  return { ...row, category };
});

const BY_DOMAIN: ReadonlyMap<string, Referrer> = new Map(REFERRERS.map((referrer) => [referrer.domain, referrer]));
const CATEGORY_BY_SOURCE: ReadonlyMap<string, Category> = new Map(
  REFERRERS.map(({ source, category }) => [lowerCased(source), category]),
);

/** The category of a source by its name, whatever its case. */
export function categoryOfSource(source: string): Category | null {
  return CATEGORY_BY_SOURCE.get(lowerCased(source)) ?? null;
}

/** The site that a URL is of: by host and path, by host, and both again without `www.`; nothing but exact matches. */
export function referrerOf(url: string): Referrer | undefined {
  const [, between] = pieces(withProtocol(url), '//');
  const [place] = pieces(between ?? '', '?');
  const [host] = pieces(place, '/');
  const known = BY_DOMAIN.get(place) ?? BY_DOMAIN.get(host);
  if (known !== undefined || !host.startsWith('www.')) return known;
  return BY_DOMAIN.get(withoutWww(place)) ?? BY_DOMAIN.get(withoutWww(host));
}

/**
 * What was searched for on a site, from the query as it stands, not decoded: the site's parameters in its own order, joined by
 * commas; of a parameter that comes again the last value. Undefined where there is none of them.
 */
export function searchTermOf({ searchParams }: Referrer, url: string): string | undefined {
  if (searchParams.length === 0) return undefined;
  const values = new Map<string, string>();
  for (const pair of (pieces(url, '?')[1] ?? '').split('&')) {
    const [name, value] = pieces(pair, '=');
    if (value !== null) values.set(name, value);
  }
  const found = searchParams.flatMap((name) => values.get(name) ?? []);
  return found.length > 0 ? found.join(',') : undefined;
}

/** The piece between the first `www.` and the next one. */
function withoutWww(place: string): string {
  return pieces(place, 'www.')[1] ?? '';
}

/** Nothing but ASCII: Python 2.7 had bytes, and left all others alone. */
export function lowerCased(text: string): string {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

function isCategory(text: string): text is Category {
  return ['Search', 'Social', 'Video', 'Shopping'].includes(text);
}
