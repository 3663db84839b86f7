-- clickstream_retention_user_new_return, one local day: active users, new and returning.
-- Definition ours. v_from, v_to: the day's bounds in UTC.
select platform, case when is_new then 'New' else 'Returning' end as user_type, count(*) as user_count
from (
  select platform, merged_user_id, bool_or(event_name = '_first_open') as is_new
  from {{schema}}.clickstream_event_view_v3
  where event_timestamp >= v_from and event_timestamp < v_to
  group by 1, 2
) users
group by 1, 2
