-- sp_migrate_event_to_v2(nday): one batch of legacy events into event_v2.
-- Source: Clickstream Analytics on AWS 1.1.6.
-- NONATOMIC: each step is committed when it is done. An error ends the call, which logs it and returns as if it had
-- succeeded; a cancel (not caught by OTHERS) just ends it. In both cases the batch's row in tmp_backfill_trace stays at
-- 'start', and the next call does that range again.
-- Kept on purpose, because the original does so:
-- - an unfinished batch is chosen by its time range, without limit and cutoff; when no event is in that range any more,
--   the call says 'is done' and the row stays at 'start' for ever;
-- - a NULL event_id is a candidate for ever and never inserted;
-- - the end marks every unfinished trace row done, also another call's;
-- - screen_view_screen_name is filled from _previous_screen_name; sdk_* come from parameters only.
-- Our own: parameters are combined by jsonb_object_agg, for speed, after combine_json_list was called once to find out
-- whether it can be; parse_utm_from_url is called once for equal arguments, as STABLE allows.
create or replace procedure {{schema}}.sp_migrate_event_to_v2(nday integer)
language plpgsql as $$
declare
  c_name constant varchar := 'sp_migrate_event_to_v2';
  v_now timestamp := public.getdate();
  v_cutoff bigint;
  v_min bigint;
  v_max bigint;
  v_count bigint;
  v_done boolean := false;
  v_error text;
  v_text text;
begin
  for v_step in 1..10 loop
    begin
      perform rehearsal.fault('{{schema_name}}', c_name, v_step);
      case v_step

      when 1 then -- helper tables
        drop table if exists pg_temp.flat_key, pg_temp.candidate, pg_temp.batch, pg_temp.param, pg_temp.traffic;
        -- max_bytes: the column the parameter goes to; 0 = not text there.
        create temp table flat_key (key text, max_bytes integer);
        insert into flat_key values
          ('_screen_name', 255), ('_screen_id', 255), ('_screen_unique_id', 255), ('_previous_screen_name', 255),
          ('_previous_screen_id', 255), ('_previous_screen_unique_id', 255), ('_page_referrer', 65535),
          ('_page_referrer_title', 2048), ('_page_title', 2048), ('_page_url', 65535), ('_latest_referrer', 65535),
          ('_latest_referrer_host', 2048), ('_is_first_time', 0), ('_previous_timestamp', 0), ('_entrances', 0),
          ('_previous_app_version', 255), ('_previous_os_version', 255), ('_search_key', 2048), ('_search_term', 2048),
          ('_link_classes', 2048), ('_link_domain', 2048), ('_link_id', 2048), ('_link_url', 65535), ('_outbound', 0),
          ('_session_id', 255), ('_session_start_timestamp', 0), ('_session_duration', 0), ('_session_number', 0),
          ('_engagement_time_msec', 0), ('_error_code', 255), ('_error_message', 2048), ('_exception_message', 2048),
          ('_exception_stack', 65535), ('_sdk_version', 255), ('_sdk_name', 255);
        analyze flat_key;

      when 2 then -- cutoff, trace table
        v_cutoff := (extract(epoch from v_now - nday * interval '1 day') * 1000)::bigint;
        call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', '----start---- n_days_ago_msec: ' || v_cutoff);
        -- Not IF NOT EXISTS alone: its notice would be the only line a client sees.
        if to_regclass('{{schema}}.tmp_backfill_trace') is null then
          create table {{schema}}.tmp_backfill_trace (
            min_event_timestamp bigint not null,
            max_event_timestamp bigint not null,
            start_time timestamp not null,
            row_count bigint not null,
            status varchar not null,
            end_time timestamp
          );
        end if;
        -- PostgreSQL only warns where Redshift refuses to analyze somebody else's table.
        foreach v_text in array array['event', 'event_v2', 'tmp_backfill_trace'] loop
          if not pg_has_role(
            current_user, (select relowner from pg_class where oid = ('{{schema}}.' || v_text)::regclass), 'USAGE'
          ) then
            raise insufficient_privilege using message = 'must be owner of relation ' || v_text;
          end if;
        end loop;
        analyze {{schema}}.event (event_id, event_timestamp);
        analyze {{schema}}.event_v2 (event_id, event_timestamp);

      when 3 then -- candidates: an unfinished batch first
        select min_event_timestamp, max_event_timestamp into v_min, v_max
        from {{schema}}.tmp_backfill_trace
        where status <> 'done'
        limit 1;
        if found then
          create temp table candidate as
          select event_id, event_timestamp from {{schema}}.event where event_timestamp between v_min and v_max;
          delete from {{schema}}.event_v2 where event_id in (select event_id from candidate);
          call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info',
            'retry min_event_timestamp:' || v_min || 'max_event_timestamp:' || v_max || ' from event');
          select count(*) into v_count from candidate;
        else
          create temp table candidate as
          select event_id, event_timestamp
          from {{schema}}.event e
          where event_timestamp >= v_cutoff
            and not exists (select from {{schema}}.event_v2 t where t.event_id = e.event_id)
          limit {{batch_limit}};
          select count(*), min(event_timestamp), max(event_timestamp) into v_count, v_min, v_max from candidate;
          if v_count > 0 then
            insert into {{schema}}.tmp_backfill_trace (
              min_event_timestamp, max_event_timestamp, start_time, row_count, status)
            values (v_min, v_max, public.getdate(), v_count, 'start');
          end if;
        end if;
        create temp table batch as select distinct event_id from candidate where event_id is not null;
        analyze batch;
        call {{schema}}.sp_clickstream_log_non_atomic(
          c_name, 'info', 'select candidate event_id ' || v_count || ' from event');

      when 4 then -- nothing left: the only sign that all is done
        if v_count = 0 then
          call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'backfill event_v2 is done');
          v_done := true;
        end if;

      when 5 then
        insert into {{schema}}.event_v2 (
          event_timestamp, event_id, event_time_msec, event_name, event_value, event_value_currency,
          event_bundle_sequence_id, ingest_time_msec, device_mobile_brand_name, device_mobile_model_name,
          device_manufacturer, device_carrier, device_network_type, device_operating_system,
          device_operating_system_version, device_vendor_id, device_advertising_id, device_system_language,
          device_time_zone_offset_seconds, device_ua_browser, device_ua_browser_version, device_ua_os,
          device_ua_os_version, device_ua_device, device_ua_device_category, device_screen_width, device_screen_height,
          device_viewport_width, device_viewport_height, geo_continent, geo_sub_continent, geo_country, geo_region,
          geo_metro, geo_city, geo_locale, traffic_source_source, traffic_source_medium, app_package_id, app_version,
          app_install_source, platform, project_id, app_id, user_id, user_pseudo_id, process_info, created_time)
        select
          timestamp 'epoch' + (e.event_timestamp / 1000) * interval '1 second', e.event_id, e.event_timestamp,
          e.event_name, e.event_value_in_usd, 'USD', e.event_bundle_sequence_id, e.ingest_timestamp,
          e.device ->> 'mobile_brand_name', e.device ->> 'mobile_model_name', e.device ->> 'manufacturer',
          e.device ->> 'carrier', e.device ->> 'network_type', e.device ->> 'operating_system',
          e.device ->> 'operating_system_version', e.device ->> 'vendor_id', e.device ->> 'advertising_id',
          e.device ->> 'system_language', (e.device ->> 'time_zone_offset_seconds')::integer, e.device ->> 'ua_browser',
          e.device ->> 'ua_browser_version', e.device ->> 'ua_os', e.device ->> 'ua_os_version',
          e.device ->> 'ua_device', e.device ->> 'ua_device_category', (e.device ->> 'screen_width')::integer,
          (e.device ->> 'screen_height')::integer, (e.device ->> 'viewport_width')::integer,
          (e.device ->> 'viewport_height')::integer, e.geo ->> 'continent', e.geo ->> 'sub_continent',
          e.geo ->> 'country', e.geo ->> 'region', e.geo ->> 'metro', e.geo ->> 'city', e.geo ->> 'locale',
          nullif(e.traffic_source ->> 'source', ''), nullif(e.traffic_source ->> 'medium', ''), e.app_info ->> 'id',
          e.app_info ->> 'version', e.app_info ->> 'install_source', coalesce(e.platform, 'Web'), e.project_id,
          e.app_info ->> 'app_id', e.user_id, e.user_pseudo_id,
          jsonb_build_object('backfill_event', true, 'backfill_start_time', v_now::text), v_now
        from {{schema}}.event e
        where e.event_id in (select event_id from batch);
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'insert ' || v_count || ' to event_v2');

      when 6 then
        update {{schema}}.event_v2 t
        set user_first_touch_time_msec = u.user_first_touch_timestamp,
          process_info = t.process_info || '{"backfill_user_first_touch_time_msec": true}'
        from {{schema}}.user_m_view u, batch b
        where t.event_id = b.event_id and t.user_pseudo_id = u.user_pseudo_id;
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(
          c_name, 'info', 'UPDATE event_v2 ' || v_count || ' for user_first_touch_time_msec');

      when 7 then -- the 35 flat parameters; the custom ones are combined on the way
        perform {{schema}}.combine_json_list('[]');
        create temp table param as
        select
          p.event_id,
          jsonb_object_agg(p.event_param_key, v.value) filter (where k.key is not null) as flat,
          jsonb_object_agg(p.event_param_key, case
            when p.event_param_string_value is not null then jsonb_build_object('value', v.value, 'type', 'string')
            when v.value is not null then jsonb_build_object('value', v.value, 'type', 'number')
          end) filter (where k.key is null) as custom,
          -- {"key":"value"}, and the rest of a custom one, as LISTAGG would join them
          sum(octet_length(p.event_param_key) + coalesce(octet_length(v.value), 4) + 8)
            filter (where k.key is not null) as flat_bytes,
          sum(octet_length(p.event_param_key) + coalesce(octet_length(v.value), 4) + 35)
            filter (where k.key is null) as custom_bytes,
          bool_or(k.max_bytes > 0 and octet_length(v.value) > k.max_bytes) as too_long
        from batch b
        join {{schema}}.event_parameter p on p.event_id = b.event_id
        left join flat_key k on k.key = p.event_param_key
        cross join lateral (
          select coalesce(
            p.event_param_string_value, p.event_param_double_value::text, p.event_param_int_value::text) as value
        ) v
        where p.event_param_key is not null
        group by p.event_id;
        analyze param;
        -- LISTAGG fails before the Python function sees anything.
        if exists (select from param where flat_bytes > 65535) then
          raise exception 'Result size exceeds LISTAGG limit';
        elsif exists (select from param where too_long) then
          raise string_data_right_truncation using message = 'Value too long for character type';
        end if;
        update {{schema}}.event_v2 t
        set screen_view_screen_name = p.flat ->> '_previous_screen_name',
          screen_view_screen_id = p.flat ->> '_screen_id',
          screen_view_screen_unique_id = p.flat ->> '_screen_unique_id',
          screen_view_previous_screen_name = p.flat ->> '_previous_screen_name',
          screen_view_previous_screen_id = p.flat ->> '_previous_screen_id',
          screen_view_previous_screen_unique_id = p.flat ->> '_previous_screen_unique_id',
          screen_view_previous_time_msec = case t.event_name when '_screen_view' then x.previous_timestamp end,
          screen_view_engagement_time_msec = case t.event_name when '_screen_view' then x.engagement end,
          screen_view_entrances = case t.event_name when '_screen_view' then x.entrances end,
          page_view_page_referrer = p.flat ->> '_page_referrer',
          page_view_page_referrer_title = p.flat ->> '_page_referrer_title',
          page_view_previous_time_msec = case t.event_name when '_page_view' then x.previous_timestamp end,
          page_view_engagement_time_msec = case t.event_name when '_page_view' then x.engagement end,
          page_view_page_title = p.flat ->> '_page_title',
          page_view_page_url = p.flat ->> '_page_url',
          page_view_latest_referrer = p.flat ->> '_latest_referrer',
          page_view_latest_referrer_host = p.flat ->> '_latest_referrer_host',
          page_view_entrances = case t.event_name when '_page_view' then x.entrances end,
          app_start_is_first_time = case when p.flat ->> '_is_first_time' in ('true', '1') then true end,
          upgrade_previous_app_version = p.flat ->> '_previous_app_version',
          upgrade_previous_os_version = p.flat ->> '_previous_os_version',
          search_key = p.flat ->> '_search_key',
          search_term = p.flat ->> '_search_term',
          outbound_link_classes = p.flat ->> '_link_classes',
          outbound_link_domain = p.flat ->> '_link_domain',
          outbound_link_id = p.flat ->> '_link_id',
          outbound_link_url = p.flat ->> '_link_url',
          outbound_link = case when p.flat ->> '_outbound' in ('true', '1') then true end,
          user_engagement_time_msec = x.engagement,
          scroll_engagement_time_msec = case t.event_name when '_scroll' then x.engagement end,
          session_id = p.flat ->> '_session_id',
          session_start_time_msec = (p.flat ->> '_session_start_timestamp')::bigint,
          session_duration = (p.flat ->> '_session_duration')::bigint,
          session_number = (p.flat ->> '_session_number')::bigint,
          sdk_error_code = p.flat ->> '_error_code',
          sdk_error_message = p.flat ->> '_error_message',
          sdk_version = p.flat ->> '_sdk_version',
          sdk_name = p.flat ->> '_sdk_name',
          app_exception_message = p.flat ->> '_exception_message',
          app_exception_stack = p.flat ->> '_exception_stack',
          platform = case when p.flat ->> '_page_url' is not null then 'Web' else t.platform end,
          process_info = t.process_info || '{"backfill_event_parameters": true}'
        from param p
        cross join lateral (
          select (p.flat ->> '_previous_timestamp')::bigint as previous_timestamp,
            (p.flat ->> '_engagement_time_msec')::bigint as engagement,
            case when p.flat ->> '_entrances' in ('true', '1') then true end as entrances
        ) x
        where t.event_id = p.event_id and p.flat is not null;
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(
          c_name, 'info', 'UPDATE event_v2 ' || v_count || ' for flatten parameters');

      when 8 then
        perform {{schema}}.combine_json_list('[]');
        if exists (select from param where custom_bytes > 65535) then
          raise exception 'Result size exceeds LISTAGG limit';
        end if;
        update {{schema}}.event_v2 t
        set custom_parameters = p.custom,
          custom_parameters_json_str = {{schema}}.transform_event_custom_props(p.custom::text),
          process_info = t.process_info || '{"backfill_custom_parameters": true}'
        from param p
        where t.event_id = p.event_id and p.custom is not null;
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(
          c_name, 'info', 'UPDATE event_v2 ' || v_count || ' for customed parameters');

      when 9 then
        create temp table traffic as
        select url, referrer, latest, {{schema}}.parse_utm_from_url(url, referrer, latest)::jsonb as utm
        from (
          select distinct t.page_view_page_url as url, t.page_view_page_referrer as referrer,
            t.page_view_latest_referrer as latest
          from {{schema}}.event_v2 t
          join batch b on b.event_id = t.event_id
          where t.platform = 'Web' and t.page_view_page_url is not null
        ) d;
        analyze traffic;
        update {{schema}}.event_v2 t
        set page_view_page_url_path = u.utm ->> 'path',
          page_view_page_url_query_parameters = nullif(u.utm -> 'params', 'null'),
          page_view_hostname = u.utm ->> 'host',
          {{event_traffic_from_utm}},
          process_info = t.process_info || '{"backfill_traffic_source_web": true}'
        from batch b, traffic u
        where t.event_id = b.event_id and t.platform = 'Web' and t.page_view_page_url = u.url
          -- equal, so that the planner can hash; then equal with NULL apart from ''
          and coalesce(t.page_view_page_referrer, '') = coalesce(u.referrer, '')
          and coalesce(t.page_view_latest_referrer, '') = coalesce(u.latest, '')
          and t.page_view_page_referrer is not distinct from u.referrer
          and t.page_view_latest_referrer is not distinct from u.latest;
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(
          c_name, 'info', 'UPDATE event_v2 ' || v_count || ' for traffic source - web');

      when 10 then
        update {{schema}}.tmp_backfill_trace set status = 'done', end_time = public.getdate() where status = 'start';
        call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', '----done---------------------------- ');
        drop table if exists pg_temp.flat_key, pg_temp.candidate, pg_temp.batch, pg_temp.param, pg_temp.traffic;
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
