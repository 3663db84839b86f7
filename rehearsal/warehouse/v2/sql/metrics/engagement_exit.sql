-- clickstream_engagement_exit, one local day: the last view of each session, by page and screen.
-- Definition ours. v_from, v_to: the day's bounds in UTC.
select platform, 'Page Title' as aggregation_type, page_view_page_title as aggregation_dim, count(distinct event_id) as exit_count
from (
  select distinct on (user_pseudo_id, session_id) *
  from {{schema}}.clickstream_event_view_v3
  where event_timestamp >= v_from and event_timestamp < v_to and event_name in ('_page_view', '_screen_view') and session_id is not null
  order by user_pseudo_id, session_id, event_time_msec desc, event_id
) last_view
where page_view_page_title is not null
group by 1, 2, 3
union all
select platform, 'Page URL Path' as aggregation_type, page_view_page_url_path as aggregation_dim, count(distinct event_id) as exit_count
from (
  select distinct on (user_pseudo_id, session_id) *
  from {{schema}}.clickstream_event_view_v3
  where event_timestamp >= v_from and event_timestamp < v_to and event_name in ('_page_view', '_screen_view') and session_id is not null
  order by user_pseudo_id, session_id, event_time_msec desc, event_id
) last_view
where page_view_page_url_path is not null
group by 1, 2, 3
union all
select platform, 'Screen Name' as aggregation_type, screen_view_screen_name as aggregation_dim, count(distinct event_id) as exit_count
from (
  select distinct on (user_pseudo_id, session_id) *
  from {{schema}}.clickstream_event_view_v3
  where event_timestamp >= v_from and event_timestamp < v_to and event_name in ('_page_view', '_screen_view') and session_id is not null
  order by user_pseudo_id, session_id, event_time_msec desc, event_id
) last_view
where screen_view_screen_name is not null
group by 1, 2, 3
union all
select platform, 'Screen Class' as aggregation_type, screen_view_screen_id as aggregation_dim, count(distinct event_id) as exit_count
from (
  select distinct on (user_pseudo_id, session_id) *
  from {{schema}}.clickstream_event_view_v3
  where event_timestamp >= v_from and event_timestamp < v_to and event_name in ('_page_view', '_screen_view') and session_id is not null
  order by user_pseudo_id, session_id, event_time_msec desc, event_id
) last_view
where screen_view_screen_id is not null
group by 1, 2, 3
