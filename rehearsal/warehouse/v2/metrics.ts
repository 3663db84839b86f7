/**
 * The 16 metric tables, in the order in which the refresh workflow calls their procedures.
 * Source: Clickstream Analytics on AWS 1.1.6, RefreshMaterializedViews workflow. Columns beyond the ones that are known
 * from there, and all definitions (`sql/metrics/<name>.sql`), are ours: plausible, and consistent with one another.
 */
export const METRICS = [
  {
    name: 'acquisition_country_new_user',
    columns: 'platform varchar(255), geo_country varchar(255), geo_city varchar(255), user_count bigint',
    stamped: true,
  },
  {
    name: 'acquisition_day_traffic_source_user',
    columns: 'platform varchar(255), first_traffic_source varchar(255), user_count bigint',
    stamped: true,
  },
  {
    name: 'acquisition_day_user_acquisition',
    columns:
      'platform varchar(255), aggregation_type varchar(255), aggregation_dim varchar(255), new_user_count bigint, session_count bigint, event_count bigint',
    stamped: true,
  },
  {
    name: 'engagement_day_event_view',
    columns: 'platform varchar(255), event_count bigint, view_count bigint',
    stamped: true,
  },
  {
    name: 'engagement_entrance',
    columns:
      'platform varchar(255), aggregation_type varchar(255), aggregation_dim varchar(65535), entrance_count bigint',
    stamped: true,
  },
  {
    name: 'engagement_exit',
    columns: 'platform varchar(255), aggregation_type varchar(255), aggregation_dim varchar(65535), exit_count bigint',
    stamped: true,
  },
  {
    name: 'engagement_kpi',
    columns:
      'platform varchar(255), avg_engagement_per_user real, avg_session_per_user real, avg_engagement_per_session real',
    stamped: true,
  },
  {
    name: 'engagement_page_screen_view_detail',
    columns:
      'platform varchar(255), aggregation_type varchar(255), aggregation_dim varchar(65535), user_id varchar(255), view_count bigint',
    stamped: true,
  },
  {
    name: 'engagement_page_screen_view',
    columns: 'platform varchar(255), aggregation_type varchar(255), aggregation_dim varchar(65535), view_count bigint',
    stamped: true,
  },
  {
    name: 'engagement_event_name',
    columns: 'platform varchar(255), event_name varchar(255), user_id varchar(255), event_count bigint',
    stamped: true,
  },
  {
    name: 'retention_dau_wau',
    columns: 'platform varchar(255), merged_user_id varchar(255)',
    stamped: true,
  },
  {
    name: 'retention_event_overtime',
    columns: 'platform varchar(255), event_count bigint',
    stamped: true,
  },
  {
    name: 'retention_user_new_return',
    columns: 'platform varchar(255), user_type varchar(255), user_count bigint',
    stamped: true,
  },
  {
    name: 'acquisition_day_user_view_cnt',
    columns: 'platform varchar(255), active_users bigint, new_users bigint, view_count bigint',
    stamped: false,
  },
  {
    name: 'device_crash_rate',
    columns:
      'platform varchar(255), app_version varchar(255), merged_user_id varchar(255), crashed_user_id varchar(255)',
    stamped: true,
  },
  {
    name: 'device_user_device',
    columns: 'platform varchar(255), device varchar(255), user_id varchar(255), event_count bigint',
    stamped: true,
  },
] as const satisfies readonly {
  /** The table is `clickstream_<name>`, the procedure `clickstream_<name>_sp(day, timezone, ndays)`. */
  name: string;
  /** Column definitions, beside `event_date date` and `update_timestamp`; the query of the same name selects them in this order. */
  columns: string;
  /** Whether the table has an `update_timestamp`. */
  stamped: boolean;
}[];

/** Names of the metric procedures, in the workflow's order. */
export const METRIC_PROCEDURES: readonly string[] = METRICS.map(({ name }) => `clickstream_${name}_sp`);
