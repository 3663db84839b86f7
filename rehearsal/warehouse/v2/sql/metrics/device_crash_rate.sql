-- clickstream_device_crash_rate, one local day: active users by app version; crashed_user_id is filled where the app crashed for that user.
-- Definition ours. v_from, v_to: the day's bounds in UTC.
select platform, app_version, merged_user_id,
  max(merged_user_id) filter (where event_name = '_app_exception') as crashed_user_id
from {{schema}}.clickstream_event_view_v3
where event_timestamp >= v_from and event_timestamp < v_to
group by 1, 2, 3
