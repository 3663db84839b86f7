-- clickstream_engagement_event_name, one local day: events by name.
-- Definition ours. v_from, v_to: the day's bounds in UTC.
select platform, event_name, merged_user_id as user_id, count(distinct event_id) as event_count
from {{schema}}.clickstream_event_view_v3
where event_timestamp >= v_from and event_timestamp < v_to
group by 1, 2, 3
