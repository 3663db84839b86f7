-- clickstream_retention_dau_wau, one local day: the active users, one row each.
-- Definition ours. v_from, v_to: the day's bounds in UTC.
select distinct platform, merged_user_id
from {{schema}}.clickstream_event_view_v3
where event_timestamp >= v_from and event_timestamp < v_to
