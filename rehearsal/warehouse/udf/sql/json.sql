-- JSON as the Lambda's functions read and write it, on the type json: its numbers keep their form, its members their order.

-- Halves of surrogate pairs and NUL have no character in PostgreSQL: between reading and writing these stand for them.
create or replace function rehearsal.plain_string(p_string text) returns text
language sql immutable as $$
  with pieces as (
    select n, m[1] as piece, case when m[1] ~ '^\\u.{4}$' then ('x' || right(m[1], 4))::bit(16)::integer end as code
    from regexp_matches(p_string, '\\u[0-9a-fA-F]{4}|\\.|[^\\]+|\\', 'g') with ordinality as r(m, n)
  ),
  neighbours as (
    select *, lag(code) over (order by n) as before, lead(code) over (order by n) as after from pieces
  )
  select string_agg(
    case
      when code = 0
        or code between 55296 and 56319 and coalesce(after, 0) not between 56320 and 57343
        or code between 56320 and 57343 and coalesce(before, 0) not between 55296 and 56319
      then chr(983040 + code)
      else piece
    end, '' order by n)
  from neighbours
$$;

create or replace function rehearsal.restored(p_json text) returns text
language sql immutable as $$
  select case when p_json !~ '[\U000F0000-\U000FDFFF]' then p_json else (
    select string_agg(
      case when c between U&'\+0F0000' and U&'\+0FDFFF' then '\u' || lpad(to_hex(ascii(c) - 983040), 4, '0') else c end,
      '' order by n)
    from string_to_table(p_json collate "C", null) with ordinality as t(c, n)) end
$$;

-- A double of any size: infinite where it is too large, zero where it is too small.
create or replace function rehearsal.double_of(p_number text) returns double precision
language plpgsql immutable strict as $$
begin
  return p_number::double precision;
exception when numeric_value_out_of_range then
  return case
    when p_number ~* 'e-' or p_number ~ '^[+-]?0*\.0' then case when p_number like '-%' then '-0' else '0' end
    else case when p_number like '-%' then '-Infinity' else 'Infinity' end
  end::double precision;
end
$$;

-- What Python takes besides JSON, in JSON; what JSON has no number for is null (D3).
create or replace function rehearsal.plain_json(p_text text) returns text
language sql immutable as $$
  select string_agg(
    case
      when m[1] like '"%' then case when m[1] like '%\\u%' then rehearsal.plain_string(m[1]) else m[1] end
      when m[1] in ('NaN', 'Infinity', '-Infinity') then 'null'
      when m[1] ~ '^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$' and m[1] ~ '[.eE]'
        and abs(rehearsal.double_of(m[1])) = 'Infinity' then 'null'
      else m[1]
    end, '' order by n)
  from regexp_matches(p_text, '"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?[0-9][0-9.eE+-]*|[^"NI0-9-]+|.', 'g')
    with ordinality as r(m, n)
$$;

create or replace function rehearsal.depth(p_json text) returns bigint
language sql immutable as $$
  select coalesce(max(depth), 0) from (
    select sum(case when m[1] in ('[', '{') then 1 else -1 end) over (order by n) as depth
    from regexp_matches(regexp_replace(p_json, '"(?:[^"\\]|\\.)*"', '', 'g'), '[][{}]', 'g') with ordinality as r(m, n)
  ) d
$$;

-- NULL for what is no JSON, and for what is nested deeper than Python reads.
create or replace function rehearsal.lenient_json(p_text text) returns json
language plpgsql immutable as $$
declare
  v_text text := p_text;
begin
  if v_text ~ 'NaN|Infinity|\\u0000|\\u[dD][89a-fA-F]|[eE][+]?[0-9]{3}|[0-9]{200}' then
    v_text := rehearsal.plain_json(v_text);
  end if;
  if length(v_text) - length(translate(v_text, '[{', '')) > 990 and rehearsal.depth(v_text) > 990 then
    return null;
  end if;
  return case when v_text is json then v_text::json end;
exception when statement_too_complex then
  return null;
end
$$;

-- The members of an object: of two with one name the place of the first and the value of the last.
create or replace function rehearsal.members(p_object json) returns table (name text, value json, place bigint)
language sql immutable as $$
  select key, (array_agg(e.value order by n desc))[1], min(n)
  from json_each(p_object) with ordinality as e(key, value, n)
  group by key
  order by min(n)
$$;

-- A double as Python writes it.
create or replace function rehearsal.repr(p_double double precision) returns text
language sql immutable as $$
  select case
    when p_double = 0 then case when p_double::text like '-%' then '-0.0' else '0.0' end
    when abs(p_double) >= 1e15 and abs(p_double) < 1e16 then p_double::bigint::text || '.0'
    when p_double::text ~ '^-?[0-9]+$' then p_double::text || '.0'
    else p_double::text
  end
$$;

-- The same value as `writeJson` has it at its shortest.
create or replace function rehearsal.compact(p_json json) returns text
language plpgsql immutable as $$
begin
  case json_typeof(p_json)
    when 'object' then
      return '{' || coalesce((
        select string_agg(to_json(name)::text || ':' || rehearsal.compact(value), ',' order by place)
        from rehearsal.members(p_json)), '') || '}';
    when 'array' then
      return '[' || coalesce((
        select string_agg(rehearsal.compact(value), ',' order by n)
        from json_array_elements(p_json) with ordinality as e(value, n)), '') || ']';
    when 'string' then return to_json(p_json #>> '{}')::text;
    when 'number' then
      return case when p_json::text ~ '[.eE]' then rehearsal.repr(rehearsal.double_of(p_json::text))
        else p_json::text::numeric::text end;
    else return p_json::text;
  end case;
end
$$;

-- An answer, or NULL where it cannot be made to fit its column (D5). What is short enough fits in any way of writing it: a
-- number grows to the fourfold at most.
create or replace function rehearsal.fitted(p_json text) returns text
language plpgsql immutable as $$
declare
  v_text text := rehearsal.restored(p_json);
begin
  if octet_length(v_text) > 16000 then
    v_text := rehearsal.restored(rehearsal.compact(p_json::json));
  end if;
  return case when octet_length(v_text) <= 65535 then v_text end;
end
$$;
