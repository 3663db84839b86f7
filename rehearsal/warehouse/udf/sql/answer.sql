-- What the Lambda answers to one record of one of its functions.

create or replace function rehearsal.knows_function(p_name text) returns boolean
language sql immutable as $$
  select p_name in ('convert_json_list', 'combine_json_list', 'parse_utm_from_url', 'rm_object_props',
    'transform_event_custom_props', 'transform_user_custom_props')
$$;

-- Missing arguments are NULL; NULL is the answer to NULL, but of parse_utm_from_url.
create or replace function rehearsal.udf_answer(p_name text, p_arguments text[]) returns text
language plpgsql stable as $$
begin
  if p_name = 'parse_utm_from_url' then
    return rehearsal.udf_parse_utm_from_url(p_arguments[1], p_arguments[2], p_arguments[3]);
  elsif p_arguments[1] is null then
    return null;
  elsif p_name = 'rm_object_props' then
    return case when p_arguments[2] is not null then rehearsal.udf_rm_object_props(p_arguments[1], p_arguments[2]) end;
  end if;
  return case p_name
    when 'convert_json_list' then rehearsal.udf_convert_json_list(p_arguments[1])
    when 'combine_json_list' then rehearsal.udf_combine_json_list(p_arguments[1])
    when 'transform_event_custom_props' then rehearsal.udf_transform_event_custom_props(p_arguments[1])
    when 'transform_user_custom_props' then rehearsal.udf_transform_user_custom_props(p_arguments[1])
  end;
end
$$;
