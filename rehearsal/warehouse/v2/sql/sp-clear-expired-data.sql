-- sp_clear_expired_data: drops what is older than the retention, counted back from the newest event.
-- Source: Clickstream Analytics on AWS 1.1.6, where it takes the place of sp_clear_expired_events.
create or replace procedure {{schema}}.sp_clear_expired_data(retention_range_days integer)
language plpgsql as $$
declare
  v_oldest timestamp;
begin
  select max(event_timestamp) - retention_range_days * interval '1 day' into v_oldest from {{schema}}.event_v2;
  delete from {{schema}}.event_v2 where event_timestamp < v_oldest;
  delete from {{schema}}.item_v2 where event_timestamp < v_oldest;
  delete from {{schema}}.session where event_timestamp < v_oldest;
exception when others then
  call {{schema}}.sp_clickstream_log('sp_clear_expired_data', 'error', 'error message:' || sqlerrm);
end
$$;
