-- {name: {value, type}} as a list of {key, value, type}, a value cut to its first 100 elements. A member without a value
-- is left out.
create or replace function {{schema}}.convert_json_list(json_in varchar(65535)) returns varchar
language plpgsql stable as $$
declare
  v_object jsonb := rehearsal.python_loads(json_in);
  v_key text;
  v_member jsonb;
  v_value jsonb;
  v_result jsonb := '[]';
begin
  if jsonb_typeof(v_object) <> 'object' then
    perform rehearsal.python_error('AttributeError', 'argument is not an object');
  end if;
  for v_key, v_member in select * from jsonb_each(v_object) loop
    if jsonb_typeof(v_member) not in ('object', 'array', 'string') then
      perform rehearsal.python_error('TypeError', 'argument is not iterable');
    end if;
    -- Python's `in`: a member's name, an element, or a part of a text.
    continue when case jsonb_typeof(v_member)
      when 'string' then position('value' in v_member #>> '{}') = 0
      else not v_member ? 'value' end;
    if jsonb_typeof(v_member) <> 'object' then
      perform rehearsal.python_error('TypeError', 'indices must be integers, not str');
    elsif not v_member ? 'type' then
      perform rehearsal.python_error('KeyError', '''type''');
    end if;
    v_value := v_member -> 'value';
    case jsonb_typeof(v_value)
      when 'string' then
        v_value := to_jsonb(left(v_value #>> '{}', 100));
      when 'array' then
        v_value := (
          select coalesce(jsonb_agg(element order by place), '[]')
          from jsonb_array_elements(v_value) with ordinality as e(element, place)
          where place <= 100);
      else
        perform rehearsal.python_error('TypeError', 'value is not sliceable');
    end case;
    v_result := v_result || jsonb_build_object('key', v_key, 'value', v_value, 'type', v_member -> 'type');
  end loop;
  return rehearsal.python_result(v_result::text);
end
$$;
