-- clickstream_acquisition_day_user_view_cnt, one local day: active users, new users and views.
-- Definition ours. v_from, v_to: the day's bounds in UTC.
select platform, count(distinct merged_user_id) as active_users,
  count(distinct merged_user_id) filter (where event_name = '_first_open') as new_users,
  count(distinct view_event_indicator) as view_count
from {{schema}}.clickstream_event_view_v3
where event_timestamp >= v_from and event_timestamp < v_to
group by 1
