-- sp_migrate_data_to_v2(ndays): events, users, items and sessions, one after the other.
-- Source: Clickstream Analytics on AWS 1.1.6.
-- - NONATOMIC: what is done stays done. Errors become a log row and the call ends as if it had succeeded.
-- - The event and item steps are repeated until a certain line is in the log, with a log_date strictly after the start;
--   both tell whole seconds, so a line of the starting second does not count. Nothing else ends the loops.
-- - The user and session steps are called once; whether they failed is not looked at.
-- In PostgreSQL a CALL whose callee commits must not stand in a block with an EXCEPTION clause; the callees handle all
-- their errors themselves, but for their own absence, which is looked for first.
create or replace procedure {{schema}}.sp_migrate_data_to_v2(ndays integer)
language plpgsql as $$
declare
  c_name constant varchar := 'sp_migrate_data_to_v2';
  v_phases constant text[] := array['event_v2', 'user_v2', 'item_v2', 'session'];
  v_callees constant text[] := array[
    'sp_migrate_event_to_v2(integer)', 'sp_migrate_user_to_v2()', 'sp_migrate_item_to_v2(integer)',
    'sp_migrate_session_to_v2()'];
  v_phase text;
  v_start timestamp;
  v_count integer;
  v_done boolean;
  v_error text;
begin
  call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'backfill all start');
  commit;
  for v_step in 1..4 loop
    v_phase := v_phases[v_step];
    begin
      perform rehearsal.fault('{{schema_name}}', c_name, v_step);
      v_start := public.getdate();
      call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'backfill ' || v_phase || ' start');
      if to_regprocedure('{{schema}}.' || v_callees[v_step]) is null then
        raise undefined_function using message = 'procedure {{schema_name}}.' || v_callees[v_step] || ' does not exist';
      end if;
    exception when others then v_error := sqlerrm;
    end;
    commit;
    exit when v_error is not null;

    if v_step = 2 then
      call {{schema}}.sp_migrate_user_to_v2();
    elsif v_step = 4 then
      call {{schema}}.sp_migrate_session_to_v2();
    else
      v_count := 0;
      loop
        begin
          v_done := exists (
            select from {{schema}}.clickstream_log_v2
            where log_msg = 'backfill ' || v_phase || ' is done' and log_date > v_start);
          if not v_done then
            call {{schema}}.sp_clickstream_log_non_atomic(
              c_name, 'info', 'backfill ' || v_phase || ' loop_count:' || v_count);
            if to_regprocedure('{{schema}}.' || v_callees[v_step]) is null then
              raise undefined_function
                using message = 'procedure {{schema_name}}.' || v_callees[v_step] || ' does not exist';
            end if;
          end if;
        exception when others then v_error := sqlerrm;
        end;
        commit;
        exit when v_error is not null or v_done;
        -- Stands in for Redshift's slowness: there an empty pass takes seconds, here a millisecond, and an endless
        -- loop would write thousands of rows a second.
        if v_count >= 3 then
          perform pg_sleep(0.2);
        end if;
        if v_step = 1 then
          call {{schema}}.sp_migrate_event_to_v2(ndays);
        else
          call {{schema}}.sp_migrate_item_to_v2(ndays);
        end if;
        v_count := v_count + 1;
      end loop;
      exit when v_error is not null;
    end if;
    call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'backfill ' || v_phase || ' end');
    commit;
  end loop;
  if v_error is null then
    call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'backfill all end');
  else
    call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'error', 'error message:' || v_error);
  end if;
  commit;
end
$$;
