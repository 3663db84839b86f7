-- {name: {type, value}} as {name: typed value}.
create or replace function {{schema}}.transform_event_custom_props(s varchar(65535)) returns varchar
language plpgsql stable as $$
declare
  v_object jsonb := rehearsal.python_loads(s);
begin
  if jsonb_typeof(v_object) <> 'object' then
    perform rehearsal.python_error('TypeError', 'argument is not an object');
  end if;
  return rehearsal.python_result((
    select '{' || coalesce(string_agg(to_json(key)::text || ': ' || rehearsal.python_typed(value), ', '), '') || '}'
    from jsonb_each(v_object)));
end
$$;
