-- clickstream_event_base_view_sp: brings the events of a time range into the base view.
-- Source: Clickstream Analytics on AWS 1.1.6.
-- - Both times given: event_timestamp in [start, end], both ends inclusive; the third argument is ignored.
-- - Otherwise incremental by created_time, from the newest created_time the base view holds among the last n hours of
--   events: older rows that were migrated later are skipped silently.
-- - Atomic: on an error all is rolled back, an error row is logged and the error thrown again.
create procedure {{schema}}.clickstream_event_base_view_sp(
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
      event_timestamp, event_id, event_time_msec, event_name, event_value, event_value_currency,
      event_bundle_sequence_id, ingest_time_msec, device_mobile_brand_name, device_mobile_model_name,
      device_manufacturer, device_carrier, device_network_type, device_operating_system,
      device_operating_system_version, device_vendor_id, device_advertising_id, device_system_language,
      device_time_zone_offset_seconds, device_ua_browser, device_ua_browser_version, device_ua_os,
      device_ua_os_version, device_ua_device, device_ua_device_category, device_ua_string, device_screen_width,
      device_screen_height, device_viewport_width, device_viewport_height, geo_continent, geo_sub_continent,
      geo_country, geo_region, geo_metro, geo_city, geo_locale, traffic_source_source, traffic_source_medium,
      traffic_source_campaign, traffic_source_content, traffic_source_term, traffic_source_campaign_id,
      traffic_source_clid_platform, traffic_source_clid, traffic_source_channel_group, traffic_source_category,
      user_first_touch_time_msec, app_package_id, app_version, app_title, app_install_source, platform, project_id,
      app_id, screen_view_screen_name, screen_view_screen_id, screen_view_screen_unique_id,
      screen_view_previous_screen_name, screen_view_previous_screen_id, screen_view_previous_screen_unique_id,
      screen_view_previous_time_msec, screen_view_engagement_time_msec, screen_view_entrances,
      page_view_page_referrer, page_view_page_referrer_title, page_view_previous_time_msec,
      page_view_engagement_time_msec, page_view_page_title, page_view_page_url, page_view_page_url_path,
      page_view_hostname, page_view_latest_referrer, page_view_latest_referrer_host, page_view_entrances,
      app_start_is_first_time, upgrade_previous_app_version, upgrade_previous_os_version, search_key, search_term,
      outbound_link_classes, outbound_link_domain, outbound_link_id, outbound_link_url, outbound_link,
      user_engagement_time_msec, user_id, user_pseudo_id, session_id, session_start_time_msec, session_duration,
      session_number, session_source, session_medium, session_campaign, session_content, session_term,
      session_campaign_id, session_clid_platform, session_clid, session_channel_group, session_source_category,
      scroll_engagement_time_msec, sdk_error_code, sdk_error_message, sdk_version, sdk_name, app_exception_message,
      app_exception_stack, custom_parameters_json_str, custom_parameters, view_session_indicator,
      view_event_indicator, created_time
    )
    select
      d.event_timestamp, d.event_id, d.event_time_msec, d.event_name, d.event_value, d.event_value_currency,
      d.event_bundle_sequence_id, d.ingest_time_msec, d.device_mobile_brand_name, d.device_mobile_model_name,
      d.device_manufacturer, d.device_carrier, d.device_network_type, d.device_operating_system,
      d.device_operating_system_version, d.device_vendor_id, d.device_advertising_id, d.device_system_language,
      d.device_time_zone_offset_seconds, d.device_ua_browser, d.device_ua_browser_version, d.device_ua_os,
      d.device_ua_os_version, d.device_ua_device, d.device_ua_device_category, d.device_ua::text,
      d.device_screen_width, d.device_screen_height, d.device_viewport_width, d.device_viewport_height,
      d.geo_continent, d.geo_sub_continent, d.geo_country, d.geo_region, d.geo_metro, d.geo_city, d.geo_locale,
      d.traffic_source_source, d.traffic_source_medium, d.traffic_source_campaign, d.traffic_source_content,
      d.traffic_source_term, d.traffic_source_campaign_id, d.traffic_source_clid_platform, d.traffic_source_clid,
      d.traffic_source_channel_group, d.traffic_source_category, d.user_first_touch_time_msec, d.app_package_id,
      d.app_version, d.app_title, d.app_install_source, d.platform, d.project_id, d.app_id,
      d.screen_view_screen_name, d.screen_view_screen_id, d.screen_view_screen_unique_id,
      d.screen_view_previous_screen_name, d.screen_view_previous_screen_id, d.screen_view_previous_screen_unique_id,
      d.screen_view_previous_time_msec, d.screen_view_engagement_time_msec,
      coalesce(d.screen_view_entrances, false)::text, d.page_view_page_referrer, d.page_view_page_referrer_title,
      d.page_view_previous_time_msec, d.page_view_engagement_time_msec, d.page_view_page_title, d.page_view_page_url,
      d.page_view_page_url_path, d.page_view_hostname, d.page_view_latest_referrer, d.page_view_latest_referrer_host,
      coalesce(d.page_view_entrances, false)::text, coalesce(d.app_start_is_first_time, false)::text,
      d.upgrade_previous_app_version, d.upgrade_previous_os_version, d.search_key, d.search_term,
      d.outbound_link_classes, d.outbound_link_domain, d.outbound_link_id, d.outbound_link_url,
      coalesce(d.outbound_link, false)::text, d.user_engagement_time_msec, d.user_id, d.user_pseudo_id, d.session_id,
      s.session_start_time_msec, d.session_duration, s.session_number, s.session_source, s.session_medium,
      s.session_campaign, s.session_content, s.session_term, s.session_campaign_id, s.session_clid_platform,
      s.session_clid, s.session_channel_group, s.session_source_category, d.scroll_engagement_time_msec,
      d.sdk_error_code, d.sdk_error_message, d.sdk_version, d.sdk_name, d.app_exception_message,
      d.app_exception_stack, d.custom_parameters_json_str, d.custom_parameters,
      case when d.event_name in ('_page_view', '_screen_view') then d.session_id end,
      case when d.event_name in ('_page_view', '_screen_view') then d.event_id end, d.created_time
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
