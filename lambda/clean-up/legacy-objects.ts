import type { ArgumentType } from '../shared/sql/identifiers';

export type ObjectKind = 'procedure' | 'function' | 'view' | 'materialized-view' | 'table';

/** Something of the old data model, or that only the migration needs. */
export interface LegacyObject {
  kind: ObjectKind;
  name: string;
  /** Of procedures and functions: the types that tell overloads apart. */
  arguments: readonly ArgumentType[];
}

const routines = (
  kind: 'procedure' | 'function',
  ...signatures: readonly [name: string, ...types: ArgumentType[]][]
): LegacyObject[] => signatures.map(([name, ...types]) => ({ kind, name, arguments: types }));

const relations = (kind: 'view' | 'materialized-view' | 'table', ...names: readonly string[]): LegacyObject[] =>
  names.map((name) => ({ kind, name, arguments: [] }));

/** An overload that is beside a newer one of the same name; the daily scan calls one of them. */
export const OLD_SCAN = 'sp_scan_metadata(numeric, date, date)';
export const NEW_SCAN = 'sp_scan_metadata(numeric, timestamp, timestamp)';

/** Events of release 1.0, which no proof covers. */
export const FIRST_RELEASE_EVENTS = 'ods_events';

/**
 * Everything to be dropped, in a safe order: who reads the legacy tables goes before them, the outermost first, so that
 * nobody can call a migration that would find no tables and never end. The guide's list, and what it forgets. The function
 * `convert_json_list` is none of them: the daily scan of the new data model needs it.
 * Source: awslabs/clickstream-analytics-on-aws, docs/en/upgrade.md, and the SQL files of 1.1.5 and 1.1.6
 */
export const LEGACY_OBJECTS: readonly LegacyObject[] = [
  ...routines(
    'procedure',
    ['sp_migrate_data_to_v2', 'integer'],
    ['sp_migrate_event_to_v2', 'integer'],
    ['sp_migrate_item_to_v2', 'integer'],
    ['sp_migrate_user_to_v2'],
    ['sp_migrate_session_to_v2'],
    ['sp_clear_expired_events', 'integer'],
    ['sp_clear_item_and_user'],
    ['sp_migrate_ods_events_1_0_to_1_1'],
    ['sp_scan_metadata', 'numeric', 'date', 'date'],
  ),
  ...routines(
    'function',
    ['combine_json_list', 'varchar'],
    ['parse_utm_from_url', 'varchar', 'varchar', 'varchar'],
    ['rm_object_props', 'varchar', 'varchar'],
    ['transform_event_custom_props', 'varchar'],
    ['transform_user_custom_props', 'varchar'],
  ),
  ...relations(
    'view',
    'clickstream_event_view_v2',
    'clickstream_lifecycle_daily_view_v2',
    'clickstream_lifecycle_weekly_view_v2',
    'clickstream_session_view_v2',
    'clickstream_user_attr_view_v1',
    'clickstream_user_dim_view_v1',
  ),
  ...relations(
    'materialized-view',
    'clickstream_device_view_v1',
    'clickstream_event_attr_view_v1',
    'clickstream_event_parameter_view_v1',
    'clickstream_lifecycle_view_v1',
    'clickstream_retention_view_v2',
    'clickstream_session_duration_attr_view_v1',
    'clickstream_session_page_attr_view_v1',
    'clickstream_user_first_attr_view_v1',
    'item_m_view',
    'user_m_view',
  ),
  ...relations(
    'table',
    'event_parameter',
    'event',
    'item',
    'user',
    'tmp_backfill_trace',
    'clickstream_log',
    'ods_events',
  ),
];

/** Tables whose data have to be proved to be in the new ones before they go. */
export const PROVED_TABLES = ['event', 'event_parameter', 'user', 'item'] as const;

/** `event`, or `sp_migrate_data_to_v2(integer)`: unique in a schema. */
export function signatureOf({ kind, name, arguments: types }: LegacyObject): string {
  return kind === 'procedure' || kind === 'function' ? `${name}(${types.join(', ')})` : name;
}

/** How the catalog spells the types. */
const CATALOG_TYPES: Record<string, ArgumentType> = {
  'character varying': 'varchar',
  'timestamp without time zone': 'timestamp',
};

/** A routine's signature from what the catalog says of it, comparable with {@link signatureOf}. */
export function catalogSignature(name: string, types: string): string {
  const words = types === '' ? [] : types.split(',').map((type) => CATALOG_TYPES[type.trim()] ?? type.trim());
  return `${name}(${words.join(', ')})`;
}
