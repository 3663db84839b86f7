-- The view all metrics read.
-- Inner join: an event whose user is missing from user_v2 vanishes, a duplicate user multiplies its events.
-- Source: Clickstream Analytics on AWS 1.1.6, its reporting objects.
create or replace view {{schema}}.clickstream_event_view_v3 as
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
