-- clickstream_engagement_kpi, one local day: averages: engaged seconds per user, sessions per user, engaged seconds per session.
-- Definition ours. v_from, v_to: the day's bounds in UTC.
select platform,
  (sum(engaged) / 1000.0 / nullif(count(distinct merged_user_id), 0))::real as avg_engagement_per_user,
  (count(distinct session_key)::numeric / nullif(count(distinct merged_user_id), 0))::real as avg_session_per_user,
  (sum(engaged) / 1000.0 / nullif(count(distinct session_key), 0))::real as avg_engagement_per_session
from (
  select platform, merged_user_id, user_pseudo_id || '/' || session_id as session_key,
    coalesce(user_engagement_time_msec, 0) as engaged
  from {{schema}}.clickstream_event_view_v3
  where event_timestamp >= v_from and event_timestamp < v_to
) events
group by 1
