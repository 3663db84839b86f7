-- A materialized view of our own, simple but real: stale until somebody refreshes it.
create materialized view if not exists {{schema}}.clickstream_lifecycle_view_v2 as
select merged_user_id as user_pseudo_id, date_trunc('week', event_timestamp)::date as time_period
from {{schema}}.clickstream_event_view_v3
where event_name in ('_session_start', '_first_open')
group by 1, 2;
