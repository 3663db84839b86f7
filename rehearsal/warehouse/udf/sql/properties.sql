-- The five functions on JSON, as the Lambda answers them: never an error, NULL for what cannot be used (D1, D2).

-- The elements of the list: members that have a value that can be cut, to 100 characters or elements, and a type.
create or replace function rehearsal.convertible(p_object json) returns table (element text, place bigint)
language sql immutable as $$
  select
    '{"key": ' || to_json(m.name)::text || ', "value": ' || case json_typeof(m.value -> 'value')
      when 'string' then to_json(left(m.value ->> 'value', 100))::text
      else '[' || coalesce((
        select string_agg(e.value::text, ', ' order by e.n)
        from json_array_elements(m.value -> 'value') with ordinality as e(value, n)
        where e.n <= 100), '') || ']'
    end || ', "type": ' || (m.value -> 'type')::text || '}',
    m.place
  from rehearsal.members(p_object) m
  where case when json_typeof(m.value) = 'object'
    then json_typeof(m.value -> 'value') in ('string', 'array') and m.value -> 'type' is not null end
$$;

create or replace function rehearsal.udf_convert_json_list(p_json text) returns text
language plpgsql immutable as $$
declare
  v_object json := rehearsal.lenient_json(p_json);
  v_list text;
begin
  if v_object is null or json_typeof(v_object) <> 'object' then
    return null;
  end if;
  v_list := '[' || coalesce((select string_agg(element, ', ' order by place) from rehearsal.convertible(v_object)), '') || ']';
  return coalesce(rehearsal.fitted(v_list), (
    -- The first ones that fit.
    select '[' || coalesce(string_agg(text, ',' order by place), '') || ']'
    from (
      select text, place, 1 + sum(octet_length(text) + 1) over (order by place) as bytes
      from (
        select rehearsal.restored(rehearsal.compact(element::json)) as text, place from rehearsal.convertible(v_object)
      ) compact
    ) sized
    where bytes <= 65535));
end
$$;

-- What Python's loop would see: elements of a list, names of an object, characters of a text; NULL for everything else.
create or replace function rehearsal.iterated(p_json json) returns json[]
language sql immutable as $$
  select case json_typeof(p_json)
    when 'array' then array(select value from json_array_elements(p_json) with ordinality as e(value, n) order by n)
    when 'object' then array(select to_json(name) from rehearsal.members(p_json) order by place)
    when 'string' then array(
      select to_json(c) from string_to_table(p_json #>> '{}', null) with ordinality as t(c, n) order by n)
  end
$$;

-- The name that a key of a pair becomes; NULL for what can be no key.
create or replace function rehearsal.name_of_key(p_key json) returns text
language sql immutable as $$
  select case json_typeof(p_key)
    when 'string' then p_key #>> '{}'
    when 'null' then 'null'
    when 'boolean' then initcap(p_key::text)
    when 'number' then rehearsal.compact(p_key)
  end
$$;

create or replace function rehearsal.udf_combine_json_list(p_json text) returns text
language plpgsql immutable as $$
declare
  v_list json := rehearsal.lenient_json(p_json);
  v_element json;
  v_pairs json[];
  v_pair json[];
  v_names text[] := '{}';
  v_values json[] := '{}';
  v_new_names text[];
  v_new_values json[];
  v_usable boolean;
begin
  if v_list is null then
    return null;
  elsif json_typeof(v_list) <> 'array' then
    v_pairs := rehearsal.iterated(v_list);
    return case when not exists (select from unnest(v_pairs) as k where k #>> '{}' <> '') and v_pairs is not null then '{}' end;
  end if;
  for v_element in select value from json_array_elements(v_list) with ordinality as e(value, n) order by n loop
    if json_typeof(v_element) = 'object' then
      select v_names || coalesce(array_agg(name order by place), '{}'), v_values || coalesce(array_agg(value order by place), '{}')
      into v_names, v_values from rehearsal.members(v_element);
      continue;
    end if;
    v_new_names := '{}';
    v_new_values := '{}';
    v_usable := json_typeof(v_element) in ('array', 'string');
    if v_usable then
      foreach v_element in array rehearsal.iterated(v_element) loop
        v_pair := rehearsal.iterated(v_element);
        v_usable := v_usable and coalesce(cardinality(v_pair) = 2 and rehearsal.name_of_key(v_pair[1]) is not null, false);
        exit when not v_usable;
        v_new_names := v_new_names || rehearsal.name_of_key(v_pair[1]);
        v_new_values := array_append(v_new_values, v_pair[2]);
      end loop;
    end if;
    if v_usable then
      v_names := v_names || v_new_names;
      v_values := v_values || v_new_values;
    end if;
  end loop;
  return rehearsal.fitted('{' || coalesce((
    select string_agg(to_json(name)::text || ': ' || value::text, ', ' order by place)
    from (
      select name, (array_agg(value order by n desc))[1] as value, min(n) as place
      from unnest(v_names, v_values) with ordinality as m(name, value, n)
      group by name
    ) combined), '') || '}');
end
$$;

create or replace function rehearsal.udf_rm_object_props(p_json text, p_names text) returns text
language plpgsql immutable as $$
declare
  v_json json := rehearsal.lenient_json(p_json);
  v_names text[] := case p_names when '' then array[''] else string_to_array(p_names, ',') end;
  v_ascii text[] := array(select name from unnest(v_names) as n(name) where name !~ '[^\x01-\x7f]');
begin
  case json_typeof(v_json)
    when 'object' then
      return rehearsal.fitted('{' || coalesce((
        select string_agg(to_json(name)::text || ': ' || value::text, ', ' order by place)
        from rehearsal.members(v_json) where name <> all (v_ascii)), '') || '}');
    when 'array' then
      return case when not exists (
        select from json_array_elements(v_json) as e(value)
        where json_typeof(value) = 'string' and value #>> '{}' = any (v_ascii)
      ) then rehearsal.fitted(v_json::text) end;
    when 'string' then
      return case when cardinality(v_ascii) = cardinality(v_names) and not exists (
        select from unnest(v_ascii) as n(name) where position(name in v_json #>> '{}') > 0
      ) then rehearsal.fitted(v_json::text) end;
    else return null;
  end case;
end
$$;

-- The value of a property in its own type, as JSON; as it is given where that cannot be.
create or replace function rehearsal.typed_value(p_property json, p_of_user boolean) returns text
language plpgsql stable as $$
declare
  v_type json;
  v_value json;
  v_kept text;
  v_text text;
begin
  if json_typeof(p_property) <> 'object' then
    return p_property::text;
  end if;
  v_type := p_property -> 'type';
  v_value := p_property -> 'value';
  v_kept := coalesce(v_value::text, 'null');
  v_text := v_value #>> '{}';
  if v_type is null or v_value is null or json_typeof(v_type) <> 'string' then
    return v_kept;
  elsif v_type #>> '{}' = 'number' then
    return case json_typeof(v_value)
      when 'string' then coalesce(rehearsal.lenient_number(v_text), v_kept)
      when 'boolean' then v_text::boolean::integer::text
      when 'number' then
        case when v_text ~ '[.eE]' then rehearsal.truncated(rehearsal.double_of(v_text)) else v_kept end
      else v_kept
    end;
  elsif v_type #>> '{}' = 'boolean' and json_typeof(v_value) = 'string' then
    -- U+F0000 stands for NUL.
    if p_of_user and v_text ~ '[^\x01-\x7f\u0130\u212a\U000F0000]' then
      return v_kept;
    end if;
    return (lower(v_text collate "C") = 'true')::text;
  end if;
  return v_kept;
end
$$;

create or replace function rehearsal.udf_transform_event_custom_props(p_json text) returns text
language plpgsql stable as $$
declare
  v_object json := rehearsal.lenient_json(p_json);
begin
  if v_object is null or json_typeof(v_object) <> 'object' then
    return null;
  end if;
  return rehearsal.fitted('{' || coalesce((
    select string_agg(to_json(name)::text || ': ' || rehearsal.typed_value(value, false), ', ' order by place)
    from rehearsal.members(v_object)), '') || '}');
end
$$;

create or replace function rehearsal.udf_transform_user_custom_props(p_json text) returns text
language plpgsql stable as $$
declare
  v_object json := rehearsal.lenient_json(p_json);
begin
  if v_object is null or json_typeof(v_object) <> 'object' then
    return null;
  end if;
  return rehearsal.fitted('{' || coalesce((
    select string_agg(
      to_json(name)::text || ': ' || case when json_typeof(value) = 'object'
        then '{"value": ' || rehearsal.typed_value(value, true) || ', "set_time_msec": '
          || coalesce((value -> 'set_time_msec')::text, 'null') || '}'
        else value::text end, ', ' order by place)
    from rehearsal.members(v_object)), '') || '}');
end
$$;
