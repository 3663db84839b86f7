-- clickstream_engagement_page_screen_view_detail, one local day: views by page and screen, user by user.
-- Definition ours. v_from, v_to: the day's bounds in UTC.
select platform, 'Page Title' as aggregation_type, page_view_page_title as aggregation_dim, merged_user_id as user_id,
  count(distinct event_id) as view_count
from {{schema}}.clickstream_event_view_v3
where event_timestamp >= v_from and event_timestamp < v_to
  and event_name in ('_page_view', '_screen_view')
  and page_view_page_title is not null
group by 1, 2, 3, 4
union all
select platform, 'Page URL Path' as aggregation_type, page_view_page_url_path as aggregation_dim, merged_user_id as user_id,
  count(distinct event_id) as view_count
from {{schema}}.clickstream_event_view_v3
where event_timestamp >= v_from and event_timestamp < v_to
  and event_name in ('_page_view', '_screen_view')
  and page_view_page_url_path is not null
group by 1, 2, 3, 4
union all
select platform, 'Screen Name' as aggregation_type, screen_view_screen_name as aggregation_dim, merged_user_id as user_id,
  count(distinct event_id) as view_count
from {{schema}}.clickstream_event_view_v3
where event_timestamp >= v_from and event_timestamp < v_to
  and event_name in ('_page_view', '_screen_view')
  and screen_view_screen_name is not null
group by 1, 2, 3, 4
union all
select platform, 'Screen Class' as aggregation_type, screen_view_screen_id as aggregation_dim, merged_user_id as user_id,
  count(distinct event_id) as view_count
from {{schema}}.clickstream_event_view_v3
where event_timestamp >= v_from and event_timestamp < v_to
  and event_name in ('_page_view', '_screen_view')
  and screen_view_screen_id is not null
group by 1, 2, 3, 4
