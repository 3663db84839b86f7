-- A materialized view of our own, simple but real: stale until somebody refreshes it.
create materialized view if not exists {{schema}}.clickstream_acquisition_intra_day_user_mv as
select event_timestamp::date as event_date, platform, count(distinct merged_user_id) as user_count
from {{schema}}.clickstream_event_view_v3
group by 1, 2;
