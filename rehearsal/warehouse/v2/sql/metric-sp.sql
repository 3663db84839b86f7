-- One metric: the procedure that computes its table anew for ndays local days, from `day` backwards.
-- Source: Clickstream Analytics on AWS 1.1.6. Atomic: all days or none; on an error a log row under the table's name,
-- and the error is thrown again.
create or replace procedure {{schema}}.clickstream_{{metric}}_sp(day date, timezone varchar, ndays integer)
language plpgsql as $$
declare
  v_day date;
  v_from timestamp;
  v_to timestamp;
  v_error text;
  v_state text;
begin
  begin
    perform rehearsal.fault('{{schema_name}}', 'clickstream_{{metric}}_sp', 1);
    for v_index in 0..ndays - 1 loop
      v_day := day - v_index;
      v_from := (v_day::timestamp at time zone timezone) at time zone 'UTC';
      v_to := ((v_day + 1)::timestamp at time zone timezone) at time zone 'UTC';
      delete from {{schema}}.clickstream_{{metric}} where event_date = v_day;
      insert into {{schema}}.clickstream_{{metric}}
      select v_day, metric.*{{stamp_value}}
      from (
{{select}}
      ) metric;
    end loop;
    perform rehearsal.fault('{{schema_name}}', 'clickstream_{{metric}}_sp', 2);
  exception when others then
    v_error := sqlerrm;
    v_state := sqlstate;
  end;
  if v_error is not null then
    call {{schema}}.sp_clickstream_log('clickstream_{{metric}}', 'error', 'error message:' || v_error);
    commit;
    raise exception using errcode = v_state, message = v_error;
  end if;
end
$$;
