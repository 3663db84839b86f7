/**
 * The ten columns of a traffic source, which events, sessions and users have under names of their own.
 * Source: Clickstream Analytics on AWS 1.1.6, its v2 schema and what parse_utm_from_url answers.
 */
const TRAFFIC = [
  { event: 'source', session: 'source', user: 'source', utm: 'utm_source', length: 255 },
  { event: 'medium', session: 'medium', user: 'medium', utm: 'utm_medium', length: 255 },
  { event: 'campaign', session: 'campaign', user: 'campaign', utm: 'utm_campaign', length: 255 },
  { event: 'content', session: 'content', user: 'content', utm: 'utm_content', length: 2048 },
  { event: 'term', session: 'term', user: 'term', utm: 'utm_term', length: 2048 },
  { event: 'campaign_id', session: 'campaign_id', user: 'campaign_id', utm: 'utm_id', length: 255 },
  { event: 'clid_platform', session: 'clid_platform', user: 'clid_platform', utm: 'utm_source_platform', length: 255 },
  { event: 'clid', session: 'clid', user: 'clid', utm: 'clid_str', length: 2048 },
  { event: 'channel_group', session: 'channel_group', user: 'channel_group', utm: 'channel_group', length: 255 },
  { event: 'category', session: 'source_category', user: 'category', utm: 'source_category', length: 255 },
] as const;

const PREFIX = { event: 'traffic_source_', session: 'session_', user: 'first_traffic_' } as const;

type Whose = keyof typeof PREFIX;

/** Names and types of the columns, in their order. */
export function trafficColumns(whose: Whose): { name: string; type: string }[] {
  return TRAFFIC.map((column) => ({
    name: `${PREFIX[whose]}${column[whose]}`,
    type: `varchar(${String(column.length)})`,
  }));
}

/** What the SQL files say of traffic sources: column lists of tables, and what an update sets. */
export const TRAFFIC_VALUES: Readonly<Record<string, string>> = {
  event_traffic_columns: columnList('event'),
  session_traffic_columns: columnList('session'),
  user_traffic_columns: columnList('user'),
  event_traffic_from_utm: assignments('event', (column) => `u.utm ->> '${column.utm}'`),
  session_traffic_from_event: assignments('session', fromEvent),
  user_traffic_from_event: assignments('user', fromEvent),
};

function columnList(whose: Whose): string {
  return trafficColumns(whose)
    .map(({ name, type }) => `${name} ${type}`)
    .join(',\n  ');
}

function assignments(whose: Whose, value: (column: (typeof TRAFFIC)[number]) => string): string {
  return TRAFFIC.map((column) => `${PREFIX[whose]}${column[whose]} = ${value(column)}`).join(',\n          ');
}

function fromEvent(column: (typeof TRAFFIC)[number]): string {
  return `e.${PREFIX.event}${column.event}`;
}
