-- clickstream_device_user_device, one local day: active users by device.
-- Definition ours. v_from, v_to: the day's bounds in UTC.
select platform, coalesce(device_mobile_model_name, device_ua_browser) as device, merged_user_id as user_id,
  count(distinct event_id) as event_count
from {{schema}}.clickstream_event_view_v3
where event_timestamp >= v_from and event_timestamp < v_to
group by 1, 2, 3
