import { byCodePoint } from './code-points';
import { fits, fitted } from './fit';
import { asciiString, COMPACT, type JsonStyle } from './json/write';
import type { Mode } from './mode';
import { channelOf, isSocialMedium } from './utm/channels';
import type { ClickId } from './utm/click-ids';
import type { Parameters } from './utm/query';
import { categoryOfSource, referrerOf, searchTermOf } from './utm/referrers';
import { tagsOf, type Tags } from './utm/tags';
import { urlParts, type UrlParts } from './utm/url';

/** Where a visitor came from, as it stands after the URLs looked at so far. */
interface Attribution {
  tags: Tags;
  category: string | null;
  channel: string | null;
}

/**
 * The parts of a page's URL, and where its visitor came from: by the URL's own tags, else by the latest referrer of the session,
 * else by the page's referrer. Sixteen members, sorted by name, null where nothing is known; any argument may be NULL.
 * Every URL that is looked at replaces all tags of the one before it.
 * Lenient: an answer too long for its column goes without its query, which nobody reads, then without its parameters (D5).
 * @throws PythonError in strict mode, for a parameter that comes again without a value (D6)
 */
export function parseUtmFromUrl(
  [url = null, referrer = null, latestReferrer = null]: readonly (string | null)[],
  mode: Mode,
): string | null {
  const page = urlParts(url ?? '', mode);
  let attribution: Attribution = { tags: tagsOf(page.parameters), category: null, channel: null };
  for (const consulted of [latestReferrer, referrer]) {
    if (attribution.tags.source === null && consulted !== null) {
      attribution = attributed(consulted, referrer, attribution, mode);
    }
  }
  return written(page, withDefaults(attribution), mode);
}

function attributed(consulted: string, referrer: string | null, before: Attribution, mode: Mode): Attribution {
  let tags = tagsOf(urlParts(consulted, mode).parameters);
  let { category } = before;
  if (category === null && tags.source !== null) category = categoryOfSource(tags.source);
  if (category === null && isSocialMedium(tags.medium)) category = 'Social';
  const site = referrerOf(consulted);
  if (site !== undefined) {
    tags = { ...tags, source: site.source, term: searchTermOf(site, consulted) ?? tags.term };
    category = site.category;
  }
  return { tags, category, channel: channelOf({ tags, category, referrer }) ?? before.channel };
}

/** `Driect` is what the replaced function writes, and what stored rows and dashboards know (D8). */
function withDefaults({ tags, category, channel }: Attribution): Attribution {
  if (tags.source === null) {
    const medium = tags.medium ?? 'Direct';
    return { tags: { ...tags, source: 'Driect', medium }, category: 'Direct', channel: 'Direct' };
  }
  const known = channel ?? 'Unassigned';
  const medium = tags.medium ?? known;
  return { tags: { ...tags, medium }, category: category ?? 'Unassigned', channel: known };
}

function written(page: UrlParts, attribution: Attribution, mode: Mode): string | null {
  return fitted(
    (style) => answer(page, attribution, style),
    mode,
    () => {
      const withoutQuery = { ...page, query: '' };
      const shorter = [withoutQuery, { ...withoutQuery, parameters: new Map() }];
      return shorter.map((parts) => answer(parts, attribution, COMPACT)).find(fits) ?? null;
    },
  );
}

/**
 * Text by text, not as a value for `writeJson`: no other function has as many rows. Joined at once, because a text added up from
 * pieces is kept in pieces until it is read, all those of a batch at the same time.
 */
function answer(page: UrlParts, { tags, category, channel }: Attribution, style: JsonStyle): string {
  const text = (value: string | null): string => (value === null ? 'null' : style.string(value));
  return [
    '{"channel_group": ',
    text(channel),
    ', "clid_str": ',
    text(tags.clickId === null ? null : clickIdText(tags.clickId)),
    ', "gclid": ',
    text(tags.gclid),
    ', "host": ',
    text(page.host),
    ', "params": ',
    parametersText(page.parameters, style),
    ', "path": ',
    text(page.path),
    ', "protocol": ',
    text(page.protocol),
    ', "query": ',
    text(page.query === '' ? null : page.query),
    ', "source_category": ',
    text(category),
    ', "utm_campaign": ',
    text(tags.campaign),
    ', "utm_content": ',
    text(tags.content),
    ', "utm_id": ',
    text(tags.id),
    ', "utm_medium": ',
    text(tags.medium),
    ', "utm_source": ',
    text(tags.source),
    ', "utm_source_platform": ',
    text(tags.sourcePlatform),
    ', "utm_term": ',
    text(tags.term),
    '}',
  ].join('');
}

function parametersText(parameters: Parameters, { colon, comma, string }: JsonStyle): string {
  if (parameters.size === 0) return 'null';
  const names = [...parameters.keys()].sort(byCodePoint);
  const members = names.map((name) => {
    const value = parameters.get(name) ?? null;
    return string(name) + colon + (value === null ? 'null' : string(value));
  });
  return `{${members.join(comma)}}`;
}

/** Itself a JSON text, whose members are not sorted. */
function clickIdText({ type, id }: ClickId): string {
  return `{"type": ${asciiString(type)}, "id": ${id === null ? 'null' : asciiString(id)}}`;
}
