-- sp_migrate_item_to_v2(nday): items of legacy events into item_v2, all candidates at once.
-- Source: Clickstream Analytics on AWS 1.1.6. NONATOMIC, errors swallowed, unfinished rows redone by the next call.
-- An item element is a candidate only where table item has a row of the same id at exactly the same time, so item_v2 is
-- legitimately much smaller than the exploded items. Blanks are then filled by item id alone: properties of any time may
-- win on Redshift; here the newest do, so that two rehearsals end with the same data.
create or replace procedure {{schema}}.sp_migrate_item_to_v2(nday integer)
language plpgsql as $$
declare
  c_name constant varchar := 'sp_migrate_item_to_v2';
  c_columns constant varchar := 'category,category2,category3,category4,category5,name,brand,currency,price,quantity,'
    || 'creative_name,creative_slot,location_id';
  v_now timestamp := public.getdate();
  v_cutoff bigint;
  v_count bigint;
  v_done boolean := false;
  v_error text;
begin
  for v_step in 1..7 loop
    begin
      perform rehearsal.fault('{{schema_name}}', c_name, v_step);
      case v_step

      when 1 then
        v_cutoff := (extract(epoch from v_now - nday * interval '1 day') * 1000)::bigint;
        call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', '----start---- n_days_ago_msec: ' || v_cutoff);
        drop table if exists pg_temp.item_candidate, pg_temp.item_property;

      when 2 then
        delete from {{schema}}.item_v2
        where process_info ->> 'backfill_start_time' is not null and process_info ->> 'backfill_end_time' is null;

      when 3 then
        create temp table item_candidate as
        select distinct
          timestamp 'epoch' + (e.event_timestamp / 1000) * interval '1 second' as event_timestamp, e.event_id,
          e.event_name, coalesce(e.platform, 'Web') as platform, e.user_pseudo_id, e.user_id, i.element,
          i.element ->> 'id' as item_id
        from {{schema}}.event e
        cross join lateral jsonb_array_elements(
          case jsonb_typeof(e.items) when 'array' then e.items end) as i(element)
        where e.event_timestamp >= v_cutoff
          and e.items is not null
          and i.element ->> 'id' is not null
          and exists (
            select from {{schema}}.item m
            where m.id = i.element ->> 'id' and m.event_timestamp = e.event_timestamp)
          and not exists (
            select from {{schema}}.item_v2 t
            where t.event_id = e.event_id and t.item_id = i.element ->> 'id'
              and t.event_timestamp = timestamp 'epoch' + (e.event_timestamp / 1000) * interval '1 second');
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(
          c_name, 'info', 'select candidate event item ' || v_count || ' from event');

      when 4 then
        insert into {{schema}}.item_v2 (
          event_timestamp, event_id, event_name, platform, user_pseudo_id, user_id, item_id, currency, price, quantity,
          creative_name, creative_slot, process_info, created_time)
        select
          event_timestamp, event_id, event_name, platform, user_pseudo_id, user_id, item_id, element ->> 'currency',
          (element ->> 'price')::double precision, (element ->> 'quantity')::double precision,
          element ->> 'creative_name', element ->> 'creative_slot',
          jsonb_build_object('backfill_item', true, 'backfill_start_time', v_now::text), v_now
        from item_candidate;
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'insert ' || v_count || ' to item_v2');
        if v_count = 0 then
          call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'backfill item_v2 is done');
          v_done := true;
        end if;

      when 5 then
        create temp table item_property as
        select
          m.event_timestamp, m.id as item_id,
          {{schema}}.combine_json_list('[' || string_agg(
            jsonb_build_object(p.member ->> 'key', jsonb_build_object(
              'value', coalesce(
                p.member -> 'value' ->> 'string_value', p.member -> 'value' ->> 'double_value',
                p.member -> 'value' ->> 'int_value'),
              'type', case when p.member -> 'value' ->> 'string_value' is not null then 'string' else 'number' end
            ))::text, ',') || ']')::jsonb as properties
        from {{schema}}.item m
        cross join lateral jsonb_array_elements(
          case jsonb_typeof(m.properties) when 'array' then m.properties end) as p(member)
        where m.id in (select item_id from item_candidate) and p.member ->> 'key' is not null
        group by 1, 2;
        analyze item_property;
        update {{schema}}.item_v2 t
        set name = coalesce(t.name, p.properties -> 'name' ->> 'value'),
          brand = coalesce(t.brand, p.properties -> 'brand' ->> 'value'),
          currency = coalesce(t.currency, p.properties -> 'currency' ->> 'value'),
          price = coalesce(t.price, (p.properties -> 'price' ->> 'value')::double precision),
          quantity = coalesce(t.quantity, (p.properties -> 'quantity' ->> 'value')::double precision),
          creative_name = coalesce(t.creative_name, p.properties -> 'creative_name' ->> 'value'),
          creative_slot = coalesce(t.creative_slot, p.properties -> 'creative_slot' ->> 'value'),
          location_id = coalesce(t.location_id, p.properties -> 'location_id' ->> 'value'),
          category = coalesce(t.category, p.properties -> 'category' ->> 'value'),
          category2 = coalesce(t.category2, p.properties -> 'category2' ->> 'value'),
          category3 = coalesce(t.category3, p.properties -> 'category3' ->> 'value'),
          category4 = coalesce(t.category4, p.properties -> 'category4' ->> 'value'),
          category5 = coalesce(t.category5, p.properties -> 'category5' ->> 'value'),
          process_info = t.process_info || '{"backfill_item_properties": true}'
        from (select distinct on (item_id) * from item_property order by item_id, event_timestamp desc) p
        where t.item_id = p.item_id
          and t.process_info ->> 'backfill_start_time' is not null
          and t.process_info ->> 'backfill_end_time' is null;
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(
          c_name, 'info', 'UPDATE ' || v_count || ' in item_v2 for item_properties');

      when 6 then
        update {{schema}}.item_v2 t
        set custom_parameters = p.custom::jsonb,
          custom_parameters_json_str = {{schema}}.transform_event_custom_props(p.custom),
          process_info = t.process_info || '{"backfill_custom_parameters": true}'
        from (
          select distinct on (item_id) item_id, {{schema}}.rm_object_props(properties::text, c_columns) as custom
          from item_property
          order by item_id, event_timestamp desc
        ) p
        where t.item_id = p.item_id
          and p.custom <> '{}'
          and t.process_info ->> 'backfill_start_time' is not null
          and t.process_info ->> 'backfill_end_time' is null;
        get diagnostics v_count = row_count;
        call {{schema}}.sp_clickstream_log_non_atomic(
          c_name, 'info', 'UPDATE ' || v_count || ' in item_v2 for custom_parameters');

      when 7 then
        update {{schema}}.item_v2
        set process_info = process_info || jsonb_build_object('backfill_end_time', public.getdate()::text)
        where process_info ->> 'backfill_start_time' is not null and process_info ->> 'backfill_end_time' is null;
        call {{schema}}.sp_clickstream_log_non_atomic(c_name, 'info', 'backfill is done ---- item_v2');
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
