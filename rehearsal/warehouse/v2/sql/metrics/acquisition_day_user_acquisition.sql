-- clickstream_acquisition_day_user_acquisition, one local day: new users, sessions and events, by the channel that brought the user first.
-- Definition ours. v_from, v_to: the day's bounds in UTC.
select platform, 'first_traffic_channel_group' as aggregation_type, first_traffic_channel_group as aggregation_dim,
  count(distinct merged_user_id) filter (where event_name = '_first_open') as new_user_count,
  count(distinct (user_pseudo_id, session_id)) filter (where session_id is not null) as session_count,
  count(distinct event_id) as event_count
from {{schema}}.clickstream_event_view_v3
where event_timestamp >= v_from and event_timestamp < v_to
group by 1, 2, 3
