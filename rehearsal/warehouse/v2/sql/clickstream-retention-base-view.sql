-- A materialized view of our own, simple but real: stale until somebody refreshes it.
create materialized view if not exists {{schema}}.clickstream_retention_base_view as
select distinct platform, merged_user_id, event_timestamp::date as event_date
from {{schema}}.clickstream_event_view_v3;
