-- sp_migrate_session_to_v2(): one session row for each (user_pseudo_id, session_id) of event_v2 that has none yet.
-- Source: Clickstream Analytics on AWS 1.1.6. NONATOMIC, errors swallowed, unfinished rows redone by the next call.
-- Only Web sessions get a traffic source.
create or replace procedure {{schema}}.sp_migrate_session_to_v2()
language plpgsql as $$
declare
  c_name constant varchar := 'sp_migrate_session_to_v2';
  v_now timestamp := public.getdate();
  v_count bigint;
  v_done boolean := false;
  v_error text;
begin
  for v_step in 1..4 loop
    begin
      perform rehearsal.fault('{{schema_name}}', c_name, v_step);
      case v_step

      when 1 then
        delete from {{schema}}.session
        where process_info ->> 'backfill_start_time' is not null and process_info ->> 'backfill_end_time' is null;

      when 2 then
        insert into {{schema}}.session (
          event_timestamp, user_pseudo_id, session_id, user_id, session_number, session_start_time_msec, process_info,
          created_time)
        select
          max(e.event_timestamp), e.user_pseudo_id, e.session_id, max(e.user_id), max(e.session_number),
          min(e.session_start_time_msec),
          jsonb_build_object('backfill_session', true, 'backfill_start_time', v_now::text), v_now
        from {{schema}}.event_v2 e
        where e.session_id is not null
          and not exists (
            select from {{schema}}.session s
            where s.user_pseudo_id = e.user_pseudo_id and s.session_id = e.session_id)
        group by e.user_pseudo_id, e.session_id;
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'insert ' || v_count || ' into session');
        if v_count = 0 then
          call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'backfill session is done');
          v_done := true;
        end if;

      when 3 then
        update {{schema}}.session s
        set {{session_traffic_from_event}}
        from (
          select distinct on (user_pseudo_id, session_id) *
          from {{schema}}.event_v2
          where event_name = '_session_start' and platform = 'Web' and session_id is not null
          order by user_pseudo_id, session_id, event_time_msec, event_id
        ) e
        where s.user_pseudo_id = e.user_pseudo_id
          and s.session_id = e.session_id
          and s.process_info ->> 'backfill_start_time' is not null
          and s.process_info ->> 'backfill_end_time' is null;
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(
          c_name, 'info', 'update ' || v_count || ' traffic_source for session(web)');

      when 4 then
        update {{schema}}.session
        set process_info = process_info || jsonb_build_object('backfill_end_time', public.getdate()::text)
        where process_info ->> 'backfill_start_time' is not null and process_info ->> 'backfill_end_time' is null;
        call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'backfill is done ---- session');
      end case;
    exception when others then v_error := sqlerrm;
    end;
    commit;
    exit when v_done or v_error is not null;
  end loop;
  if v_error is not null then
    call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'error', 'error message:' || v_error);
    commit;
  end if;
end
$$;
