-- An object without the members named in a list separated by commas (no trimming).
create or replace function {{schema}}.rm_object_props(o varchar(65535), props_list varchar(65535)) returns varchar
language plpgsql stable as $$
declare
  v_object jsonb := rehearsal.python_loads(o);
begin
  if props_list is null then
    perform rehearsal.python_error('AttributeError', '''NoneType'' object has no attribute ''split''');
  elsif jsonb_typeof(v_object) <> 'object' then
    perform rehearsal.python_error('TypeError', 'argument of type ''' || jsonb_typeof(v_object) || ''' is not iterable');
  end if;
  return rehearsal.python_result((v_object - case props_list when '' then array[''] else string_to_array(props_list, ',') end)::text);
end
$$;
