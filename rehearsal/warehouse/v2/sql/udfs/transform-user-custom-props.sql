-- {name: {type, value, set_time_msec}} as {name: {value: typed value, set_time_msec}}.
create or replace function {{schema}}.transform_user_custom_props(s varchar(65535)) returns varchar
language plpgsql stable as $$
declare
  v_object jsonb := rehearsal.python_loads(s);
begin
  if jsonb_typeof(v_object) <> 'object' then
    perform rehearsal.python_error('TypeError', 'argument is not an object');
  elsif exists (
    select from jsonb_each(v_object) where jsonb_typeof(value) = 'object' and not value ? 'set_time_msec'
  ) then
    perform rehearsal.python_error('KeyError', '''set_time_msec''');
  end if;
  return rehearsal.python_result((
    select '{' || coalesce(string_agg(
      to_json(key)::text || ': {"value": ' || rehearsal.python_typed(value) || ', "set_time_msec": '
      || (value -> 'set_time_msec')::text || '}', ', '), '') || '}'
    from jsonb_each(v_object)));
end
$$;
