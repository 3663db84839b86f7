-- A list of objects as one object: shallow, the later wins.
create or replace function {{schema}}.combine_json_list(s varchar(65535)) returns varchar
language plpgsql stable as $$
declare
  v_list jsonb := rehearsal.python_loads(s);
  v_member jsonb;
  v_result jsonb := '{}';
begin
  if jsonb_typeof(v_list) = 'object' and v_list = '{}' then
    return '{}';
  elsif jsonb_typeof(v_list) <> 'array' then
    perform rehearsal.python_error('ValueError', 'dictionary update sequence element #0 has length 1; 2 is required');
  end if;
  for v_member in select * from jsonb_array_elements(v_list) loop
    if jsonb_typeof(v_member) = 'object' then
      v_result := v_result || v_member;
    elsif v_member <> '[]' then
      perform rehearsal.python_error(
        'TypeError', '''' || case jsonb_typeof(v_member) when 'null' then 'NoneType' else jsonb_typeof(v_member) end
        || ''' object is not iterable');
    end if;
  end loop;
  return rehearsal.python_result(v_result::text);
end
$$;
