-- sp_migrate_user_to_v2(): the newest legacy row of every user that user_v2 lacks, in one pass.
-- Source: Clickstream Analytics on AWS 1.1.6. NONATOMIC, errors swallowed, unfinished rows redone by the next call.
-- Kept on purpose: properties are joined on the second of the timestamp only, so users who share a second can receive
-- each other's properties (of several candidates Redshift takes any; here it is the first by name, so that two
-- rehearsals end with the same data); '_user_enagement' (sic) among the mobile events; the traffic updates overwrite
-- first_app_install_source.
create or replace procedure {{schema}}.sp_migrate_user_to_v2()
language plpgsql as $$
declare
  c_name constant varchar := 'sp_migrate_user_to_v2';
  v_now timestamp := public.getdate();
  v_count bigint;
  v_done boolean := false;
  v_error text;
begin
  for v_step in 1..7 loop
    begin
      perform rehearsal.fault('{{schema_name}}', c_name, v_step);
      case v_step

      when 1 then
        delete from {{schema}}.user_v2
        where process_info ->> 'backfill_start_time' is not null and process_info ->> 'backfill_end_time' is null;

      when 2 then
        insert into {{schema}}.user_v2 (
          event_timestamp, user_pseudo_id, user_id, first_touch_time_msec, first_visit_date, first_referrer,
          first_traffic_source, first_traffic_medium, first_traffic_category, process_info, created_time)
        select
          timestamp 'epoch' + (u.event_timestamp / 1000) * interval '1 second', u.user_pseudo_id, u.user_id,
          u.user_first_touch_timestamp, u._first_visit_date, nullif(u._first_referer, ''),
          nullif(u._first_traffic_source, ''), nullif(u._first_traffic_medium, ''),
          nullif(u._first_traffic_source_type, ''),
          jsonb_build_object('backfill_user', true, 'backfill_start_time', v_now::text), v_now
        from {{schema}}.user_m_view u
        where not exists (select from {{schema}}.user_v2 t where t.user_pseudo_id = u.user_pseudo_id);
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'insert ' || v_count || ' to user_v2');
        if v_count = 0 then
          call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'backfill user_v2 is done');
          v_done := true;
        end if;

      when 3 then
        drop table if exists pg_temp.user_property;
        create temp table user_property as
        select
          timestamp 'epoch' + (u.event_timestamp / 1000) * interval '1 second' as event_timestamp, u.user_pseudo_id,
          {{schema}}.combine_json_list('[' || string_agg(
            jsonb_build_object(p.member ->> 'key', jsonb_build_object(
              'value', coalesce(
                p.member -> 'value' ->> 'string_value', p.member -> 'value' ->> 'double_value',
                p.member -> 'value' ->> 'int_value'),
              'type', case
                when p.member -> 'value' ->> 'string_value' is not null then 'string'
                when coalesce(p.member -> 'value' ->> 'double_value', p.member -> 'value' ->> 'int_value') is not null
                  then 'number'
              end,
              'set_time_msec', ((p.member -> 'value' ->> 'set_timestamp_micros')::bigint / 1000)
            ))::text, ',') || ']') as properties
        from {{schema}}.user_m_view u
        join {{schema}}.user_v2 t on t.user_pseudo_id = u.user_pseudo_id
        cross join lateral jsonb_array_elements(
          case jsonb_typeof(u.user_properties) when 'array' then u.user_properties end) as p(member)
        where t.process_info ->> 'backfill_start_time' is not null
          and t.process_info ->> 'backfill_end_time' is null
          and p.member ->> 'key' is not null
        group by 1, 2;
        analyze user_property;
        update {{schema}}.user_v2 t
        set user_properties = p.properties::jsonb,
          user_properties_json_str = {{schema}}.transform_user_custom_props(p.properties),
          process_info = t.process_info || '{"backfill_user_properties": true}'
        from (
          select distinct on (event_timestamp) * from pg_temp.user_property order by event_timestamp, user_pseudo_id
        ) p
        where t.event_timestamp = p.event_timestamp
          and t.process_info ->> 'backfill_start_time' is not null
          and t.process_info ->> 'backfill_end_time' is null;
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(
          c_name, 'info', 'update ' || v_count || 'for user_properties in user_v2');

      when 4 then
        update {{schema}}.user_v2 t
        set first_app_install_source = e.app_install_source
        from (
          select distinct on (user_pseudo_id) user_pseudo_id, app_install_source
          from {{schema}}.event_v2
          order by user_pseudo_id, event_time_msec, event_id
        ) e
        where e.user_pseudo_id = t.user_pseudo_id
          and t.process_info ->> 'backfill_start_time' is not null
          and t.process_info ->> 'backfill_end_time' is null;
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(
          c_name, 'info', 'update ' || v_count || 'for first_app_install_source in user_v2');

      when 5 then
        update {{schema}}.user_v2 t
        set {{user_traffic_from_event}},
          first_app_install_source = e.app_install_source
        from (
          select distinct on (user_pseudo_id) *
          from {{schema}}.event_v2
          where event_name = '_first_open' and platform = 'Web'
          order by user_pseudo_id, event_time_msec, event_id
        ) e
        where e.user_pseudo_id = t.user_pseudo_id
          and t.process_info ->> 'backfill_start_time' is not null
          and t.process_info ->> 'backfill_end_time' is null;
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(
          c_name, 'info', 'update ' || v_count || 'for traffic_source(web) in user_v2');

      when 6 then
        update {{schema}}.user_v2 t
        set first_traffic_source = e.traffic_source_source,
          first_traffic_medium = e.traffic_source_medium,
          first_traffic_campaign = e.traffic_source_campaign,
          first_app_install_source = e.app_install_source
        from (
          select distinct on (user_pseudo_id) *
          from {{schema}}.event_v2
          where platform <> 'Web' and session_number = 1
            and event_name in ('_first_open', '_app_start', '_session_start', '_screen_view', '_user_enagement')
          order by user_pseudo_id, event_time_msec, event_id
        ) e
        where e.user_pseudo_id = t.user_pseudo_id
          and t.process_info ->> 'backfill_start_time' is not null
          and t.process_info ->> 'backfill_end_time' is null;
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(
          c_name, 'info', 'update ' || v_count || 'for traffic_source(mobile) in user_v2');

      when 7 then
        update {{schema}}.user_v2
        set process_info = process_info || jsonb_build_object('backfill_end_time', public.getdate()::text)
        where process_info ->> 'backfill_start_time' is not null and process_info ->> 'backfill_end_time' is null;
        call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'backfill is done ---- user_v2');
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
