import { readSql } from './template';
import { trafficColumns, TRAFFIC_VALUES } from './traffic';

/** A column of the base view, and where the refresh takes it from: `d` is the event, `s` its session. */
interface BaseViewColumn {
  name: string;
  type: string;
  value: string;
}

/** Columns of an event that the base view leaves out. */
const LEFT_OUT = new Set(['page_view_page_url_query_parameters', 'process_info']);

/** What the base view takes from the session, although the event has columns of the same name. */
const OF_THE_SESSION = new Set(['session_start_time_msec', 'session_number']);

/**
 * Columns of the base view, made of those of an event: no NOT NULL, no default, booleans and the user agent as text, the
 * session's traffic source after its number, and two indicators before the end.
 * Source: Clickstream Analytics on AWS 1.1.6, its reporting objects.
 */
function baseViewColumns(): BaseViewColumn[] {
  return eventColumns().flatMap(({ name, type }): BaseViewColumn[] => {
    if (LEFT_OUT.has(name)) return [];
    if (type === 'boolean') return [{ name, type: 'varchar(5)', value: `coalesce(d.${name}, false)::text` }];
    if (name === 'device_ua') return [{ name: `${name}_string`, type: 'varchar(65535)', value: `d.${name}::text` }];
    const own = { name, type, value: `${OF_THE_SESSION.has(name) ? 's' : 'd'}.${name}` };
    switch (name) {
      case 'session_number':
        return [own, ...trafficColumns('session').map((column) => ({ ...column, value: `s.${column.name}` }))];
      case 'created_time':
        return [indicator('view_session_indicator', 'session_id'), indicator('view_event_indicator', 'event_id'), own];
      default:
        return [own];
    }
  });
}

/** Set for views only, so that counting it counts the views. */
function indicator(name: string, of: string): BaseViewColumn {
  const value = `case when d.event_name in ('_page_view', '_screen_view') then d.${of} end`;
  return { name, type: 'varchar(255)', value };
}

/** Names and types in `event-columns.sql`, one a line. */
function eventColumns(): { name: string; type: string }[] {
  return readSql('event-columns.sql')
    .replace('{{event_traffic_columns}}', TRAFFIC_VALUES['event_traffic_columns'] ?? '')
    .split('\n')
    .flatMap((line) => {
      const [, name, type] = /^\s*(\w+) (double precision|\w+(?:\(\d+\))?)/.exec(line) ?? [];
      return name === undefined || type === undefined ? [] : [{ name, type }];
    });
}

/** The base view's table, and both lists of the statement that fills it. */
export function baseViewValues(): Record<string, string> {
  const columns = baseViewColumns();
  return {
    base_view_columns: columns.map(({ name, type }) => `${name} ${type}`).join(',\n  '),
    base_view_names: columns.map(({ name }) => name).join(', '),
    base_view_selection: columns.map(({ value }) => value).join(', '),
  };
}
