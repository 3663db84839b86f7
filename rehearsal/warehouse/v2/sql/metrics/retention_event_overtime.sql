-- clickstream_retention_event_overtime, one local day: events.
-- Definition ours. v_from, v_to: the day's bounds in UTC.
select platform, count(distinct event_id) as event_count
from {{schema}}.clickstream_event_view_v3
where event_timestamp >= v_from and event_timestamp < v_to
group by 1
