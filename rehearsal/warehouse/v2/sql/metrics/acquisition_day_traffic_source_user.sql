-- clickstream_acquisition_day_traffic_source_user, one local day: new users, by the traffic source that brought them first.
-- Definition ours. v_from, v_to: the day's bounds in UTC.
select platform, first_traffic_source, count(distinct merged_user_id) as user_count
from {{schema}}.clickstream_event_view_v3
where event_timestamp >= v_from and event_timestamp < v_to and event_name = '_first_open'
group by 1, 2
