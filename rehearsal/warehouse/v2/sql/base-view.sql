-- The base view (a table in spite of its name), the view all metrics read, and the three materialized views.
-- Source: Clickstream Analytics on AWS 1.1.6, its reporting objects. The base view has no NOT NULL and no default: the
-- booleans are text, created_time is copied from event_v2. The materialized views are ours, simple but real: they are
-- stale until somebody refreshes them.

create unlogged table {{schema}}.clickstream_event_base_view (
  {{base_view_columns}}
);
create index on {{schema}}.clickstream_event_base_view (event_timestamp, event_id);

-- Inner join: an event whose user is missing from user_v2 vanishes, a duplicate user multiplies its events.
create view {{schema}}.clickstream_event_view_v3 as
select
  b.*,
  u.user_properties,
  u.user_properties_json_str,
  u.first_touch_time_msec,
  u.first_visit_date,
  u.first_referrer,
  u.first_traffic_source,
  u.first_traffic_medium,
  u.first_traffic_campaign,
  u.first_traffic_content,
  u.first_traffic_term,
  u.first_traffic_campaign_id,
  u.first_traffic_clid_platform,
  u.first_traffic_clid,
  u.first_traffic_channel_group,
  u.first_traffic_category,
  u.first_app_install_source,
  coalesce(u.user_id, b.user_pseudo_id) as merged_user_id
from {{schema}}.clickstream_event_base_view b
join {{schema}}.user_v2 u on u.user_pseudo_id = b.user_pseudo_id;

create materialized view {{schema}}.clickstream_acquisition_intra_day_user_mv as
select event_timestamp::date as event_date, platform, count(distinct merged_user_id) as user_count
from {{schema}}.clickstream_event_view_v3
group by 1, 2;

create materialized view {{schema}}.clickstream_lifecycle_view_v2 as
select merged_user_id as user_pseudo_id, date_trunc('week', event_timestamp)::date as time_period
from {{schema}}.clickstream_event_view_v3
where event_name in ('_session_start', '_first_open')
group by 1, 2;

create materialized view {{schema}}.clickstream_retention_base_view as
select distinct platform, merged_user_id, event_timestamp::date as event_date
from {{schema}}.clickstream_event_view_v3;
