-- clickstream_event_base_view_sp: brings the events of a time range into the base view.
-- Source: Clickstream Analytics on AWS 1.1.6.
-- - Both times given: event_timestamp in [start, end], both ends inclusive; the third argument is ignored.
-- - Otherwise incremental by created_time, from the newest created_time the base view holds among the last n hours of
--   events: older rows that were migrated later are skipped silently.
-- - Atomic: on an error all is rolled back, an error row is logged and the error thrown again.
create or replace procedure {{schema}}.clickstream_event_base_view_sp(
  p_start_time timestamp,
  p_end_time timestamp,
  fressness_in_hours integer
)
language plpgsql as $$
declare
  v_now timestamp := public.getdate();
  v_from timestamp := p_start_time;
  v_to timestamp := p_end_time;
  v_error text;
  v_state text;
begin
  begin
    perform rehearsal.fault('{{schema_name}}', 'clickstream_event_base_view_sp', 1);
    drop table if exists pg_temp.base_view_stage;
    if p_start_time is not null and p_end_time is not null then
      call {{schema}}.sp_clickstream_log(
        'clickstream_event_base_view', 'info', 'refresh with custom time range:' || v_from || ' - ' || v_to);
      create temp table base_view_stage as
      select distinct on (event_timestamp, event_id) *
      from {{schema}}.event_v2
      where event_timestamp between v_from and v_to
      order by event_timestamp, event_id, created_time desc;
    else
      if fressness_in_hours is null then
        -- Redshift builds this query as text, and with a NULL in it the text is NULL.
        raise exception using errcode = '22004', message = 'cannot EXECUTE a null querystring';
      end if;
      select max(created_time) into v_from
      from {{schema}}.clickstream_event_base_view
      where event_timestamp >= v_now - fressness_in_hours * interval '1 hour';
      v_from := coalesce(v_from, v_now - interval '365 days');
      v_to := v_now;
      call {{schema}}.sp_clickstream_log(
        'clickstream_event_base_view', 'info', 'refresh time range:' || v_from || ' - ' || v_to);
      create temp table base_view_stage as
      select distinct on (event_timestamp, event_id) *
      from {{schema}}.event_v2
      where created_time between v_from and v_to
        and event_timestamp >= v_now - fressness_in_hours * interval '1 hour'
      order by event_timestamp, event_id, created_time desc;
    end if;
    analyze base_view_stage;

    -- MERGE … REMOVE DUPLICATES: what matches is deleted, then the whole stage is inserted.
    perform rehearsal.fault('{{schema_name}}', 'clickstream_event_base_view_sp', 2);
    delete from {{schema}}.clickstream_event_base_view b
    using pg_temp.base_view_stage d
    where b.event_timestamp = d.event_timestamp and b.event_id = d.event_id;

    insert into {{schema}}.clickstream_event_base_view (
      {{base_view_names}}
    )
    select
      {{base_view_selection}}
    from pg_temp.base_view_stage d
    left join {{schema}}.session s on s.user_pseudo_id = d.user_pseudo_id and s.session_id = d.session_id;

    perform rehearsal.fault('{{schema_name}}', 'clickstream_event_base_view_sp', 3);
    drop table pg_temp.base_view_stage;
  exception when others then
    v_error := sqlerrm;
    v_state := sqlstate;
  end;
  if v_error is not null then
    call {{schema}}.sp_clickstream_log('clickstream_event_base_view', 'error', 'error message:' || v_error);
    commit;
    raise exception using errcode = v_state, message = v_error;
  end if;
end
$$;
