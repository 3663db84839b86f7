-- clickstream_engagement_day_event_view, one local day: events, and views among them.
-- Definition ours. v_from, v_to: the day's bounds in UTC.
select platform, count(distinct event_id) as event_count, count(distinct view_event_indicator) as view_count
from {{schema}}.clickstream_event_view_v3
where event_timestamp >= v_from and event_timestamp < v_to
group by 1
