-- What the stand-ins of the Python functions share; in schema rehearsal, because the customer's schema holds only what
-- the pipeline upgrade creates. Written from the functions' observed behaviour under Python 2.7.
create schema if not exists rehearsal;

-- Redshift's way of telling an exception of a Python function: class, text, and where to look.
create or replace function rehearsal.python_error(p_class text, p_text text) returns void
language plpgsql immutable as $$
begin
  raise exception '%: %. Please look at svl_udf_log for more information', p_class, p_text;
end
$$;

-- The argument as Python's json.loads would read it. NULL arrives as None.
create or replace function rehearsal.python_loads(p_text text) returns jsonb
language plpgsql immutable as $$
begin
  if p_text is null then
    perform rehearsal.python_error('TypeError', 'expected string or buffer');
  elsif p_text is not json then
    perform rehearsal.python_error('ValueError', 'No JSON object could be decoded');
  end if;
  return p_text::jsonb;
end
$$;

-- A result must fit varchar(65535) as Python 2 writes it: every character beyond ASCII as \uxxxx, six bytes (twelve
-- beyond the basic plane). The text itself stays readable here; as JSON it is the same.
create or replace function rehearsal.python_result(p_text text) returns varchar
language plpgsql immutable as $$
begin
  -- The escapes at most triple a text's bytes (two bytes become six).
  if octet_length(p_text) > 21845 and length(p_text)
    + 5 * (select count(*) from regexp_matches(p_text, '[\u007F-\uFFFF]', 'g'))
    + 11 * (select count(*) from regexp_matches(p_text, '[\U00010000-\U0010FFFF]', 'g')) > 65535
  then
    raise exception 'Value too long for character type';
  end if;
  return p_text;
end
$$;

-- One member {type, value} of a property object as typed JSON text: what int(), float() and a comparison with "true"
-- make of it. A member that is null (a parameter that had only a float value) is a TypeError.
create or replace function rehearsal.python_typed(p_member jsonb) returns text
language plpgsql immutable as $$
declare
  v_value text := p_member ->> 'value';
begin
  if jsonb_typeof(p_member) <> 'object' then
    perform rehearsal.python_error('TypeError', '''NoneType'' object has no attribute ''__getitem__''');
  elsif not p_member ? 'type' then
    perform rehearsal.python_error('KeyError', '''type''');
  elsif not p_member ? 'value' then
    perform rehearsal.python_error('KeyError', '''value''');
  end if;
  case p_member ->> 'type'
    when 'number' then
      case jsonb_typeof(p_member -> 'value')
        when 'null' then
          perform rehearsal.python_error('TypeError', 'float() argument must be a string or a number');
        when 'number' then return trunc(v_value::numeric)::text;
        when 'string' then
          if v_value ~ '^\s*[+-]?\d+\s*$' then
            return v_value::numeric::text;
          elsif v_value ~ '^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$' then
            return v_value::double precision::text;
          elsif v_value ~* '^\s*[+-]?(nan|inf|infinity)\s*$' then
            return v_value::double precision::text;
          end if;
          perform rehearsal.python_error('ValueError', 'could not convert string to float: ' || v_value);
        when 'boolean' then return v_value::boolean::integer::text;
        else perform rehearsal.python_error('TypeError', 'float() argument must be a string or a number');
      end case;
    when 'boolean' then
      if jsonb_typeof(p_member -> 'value') <> 'string' then
        perform rehearsal.python_error('AttributeError', 'object has no attribute ''lower''');
      end if;
      return (lower(v_value) = 'true')::text;
    else return (p_member -> 'value')::text;
  end case;
end
$$;

create table if not exists rehearsal.referrer (
  domain text primary key,
  source text not null,
  category text not null,
  search_params text[] not null
);

-- A few of the 368 domains the original knows: enough for each category and each way of finding a search term.
insert into rehearsal.referrer (domain, source, category, search_params) values
  ('google.com', 'google', 'Search', '{}'),
  ('gogole.com', 'Google', 'Search', '{q}'),
  ('bing.com', 'Bing', 'Search', '{q}'),
  ('baidu.com', 'Baidu', 'Search', '{kw,wd,word}'),
  ('coccoc.com', 'C\u1ed1c C\u1ed1c', 'Search', '{query}'),
  ('yahoo.com', 'yahoo', 'Search', '{}'),
  ('facebook.com', 'Facebook', 'Social', '{}'),
  ('instagram.com', 'instagram', 'Social', '{}'),
  ('twitter.com', 'twitter', 'Social', '{}'),
  ('linkedin.com', 'linkedin', 'Social', '{}'),
  ('tiktok.com', 'TikTok', 'Social', '{}'),
  ('weibo.com', 'Weibo', 'Social', '{}'),
  ('youtube.com', 'youtube', 'Video', '{}'),
  ('vimeo.com', 'vimeo', 'Video', '{}'),
  ('amazon.com', 'amazon', 'Shopping', '{}')
on conflict do nothing;

-- A URL taken apart: protocol, host, path, query, params, utm_* and the click id. Decoding is the original's: a list of
-- upper-case escapes, before the query is split, so that an escaped & makes a new pair.
create or replace function rehearsal.read_url(p_url text) returns jsonb
language plpgsql immutable as $$
declare
  c_escapes constant text[] := array[
    '%3D', '=', '%26', '&', '%3F', '?', '%2F', '/', '%3A', ':', '%2C', ',', '%2B', '+', '%3B', ';', '%3C', '<', '%3E',
    '>', '%40', '@', '%5B', '[', '%5C', '\', '%5D', ']', '%5E', '^', '%5F', '_', '%60', '`', '%7B', '{', '%7C', '|',
    '%7D', '}', '%7E', '~', '%20', ' '];
  v_url text := coalesce(p_url, '');
  v_head text;
  v_place text;
  v_query text;
  v_params jsonb := '{}';
  v_pair text;
  v_name text;
  v_value text;
  v_clid_type text;
  v_clid text;
  v_source text;
  v_medium text;
begin
  if position('://' in v_url) = 0 then
    v_url := 'http://' || v_url;
  end if;
  v_head := split_part(v_url, '?', 1);
  v_place := split_part(v_head, '//', 2);
  v_query := split_part(v_url, '?', 2);
  if position('%' in v_query) > 0 then
    for i in 1..array_length(c_escapes, 1) by 2 loop
      v_query := replace(v_query, c_escapes[i], c_escapes[i + 1]);
    end loop;
  end if;
  foreach v_pair in array string_to_array(v_query, '&') loop
    v_name := split_part(v_pair, '=', 1);
    continue when v_name = '';
    v_value := case when position('=' in v_pair) > 0 then split_part(v_pair, '=', 2) end;
    if v_params ->> v_name is not null then
      if v_value is null then
        perform rehearsal.python_error('TypeError', 'coercing to Unicode: need string or buffer, NoneType found');
      end if;
      v_value := (v_params ->> v_name) || ',' || v_value;
    end if;
    v_params := v_params || jsonb_build_object(v_name, v_value);
    if v_clid_type is null and v_name like '%clid' then
      v_clid_type := v_name;
    end if;
  end loop;
  v_source := nullif(v_params ->> 'utm_source', '');
  v_medium := nullif(v_params ->> 'utm_medium', '');
  if v_clid_type is not null then
    v_clid := '{"type": ' || to_json(v_clid_type) || ', "id": ' || (v_params -> v_clid_type) || '}';
    if v_source is null then
      v_source := case v_clid_type
        when 'gclid' then 'google' when 'dclid' then 'google' when 'fbclid' then 'facebook'
        when 'msclid' then 'microsoft' when 'twclid' then 'twitter' when 'pintclid' then 'pinterest'
        when 'linclid' then 'linkedin' when 'ytclid' then 'youtube' when 'tikclid' then 'tiktok'
        when 'bingclid' then 'bing' when 'baiduclid' then 'baidu' end;
      -- 'scocial' is what the original writes.
      v_medium := case
        when v_source is null then null
        when v_clid_type = 'dclid' then 'display'
        when v_clid_type = 'fbclid' then 'scocial'
        when v_clid_type in ('ytclid', 'tikclid') then 'video'
        else 'cpc' end;
    end if;
  end if;
  return jsonb_build_object(
    'protocol', replace(split_part(v_head, '//', 1), ':', ''),
    'host', split_part(v_place, '/', 1),
    'path', case when position('/' in v_place) > 0 then nullif(substr(v_place, position('/' in v_place) + 1), '') end,
    'query', nullif(v_query, ''),
    'params', nullif(v_params, '{}'),
    'utm_source', v_source,
    'utm_medium', v_medium,
    'utm_campaign', nullif(v_params ->> 'utm_campaign', ''),
    'utm_content', nullif(v_params ->> 'utm_content', ''),
    'utm_term', nullif(v_params ->> 'utm_term', ''),
    'utm_id', nullif(v_params ->> 'utm_id', ''),
    'utm_source_platform', nullif(v_params ->> 'utm_source_platform', ''),
    'gclid', nullif(v_params ->> 'gclid', ''),
    'clid_str', v_clid);
end
$$;

-- The channel group by the original's rules, first hit wins; NULL where none hits.
create or replace function rehearsal.channel_group(p_category text, p_utm jsonb, p_referrer text) returns text
language plpgsql immutable as $$
declare
  v_source text := coalesce(p_utm ->> 'utm_source', '');
  v_medium text := coalesce(p_utm ->> 'utm_medium', '');
  v_referrer text := coalesce(p_referrer, '');
  v_paid_medium boolean := v_medium ~ '(cp|ppc|retargeting|paid)';
  v_paid boolean := v_paid_medium or p_utm ->> 'clid_str' is not null;
begin
  return case
    when p_category is null and p_utm ->> 'utm_source' is not null and p_utm ->> 'utm_medium' is not null
      and p_utm ->> 'utm_campaign' is not null and p_utm ->> 'utm_content' is not null
      and p_utm ->> 'utm_term' is not null and p_utm ->> 'utm_id' is not null
      and p_utm ->> 'utm_source_platform' is not null then 'Direct'
    when p_category = 'Search' and v_paid then 'Paid Search'
    when p_category = 'Search' and v_medium in ('', 'organic') then 'Organic Search'
    when p_category = 'Social' and v_paid then 'Paid Social'
    when p_category = 'Social' or rehearsal.is_social(v_medium) then 'Organic Social'
    when p_category = 'Video' and v_paid then 'Paid Video'
    when p_category = 'Video' or v_medium like '%video%' then 'Organic Video'
    when p_category = 'Shopping' and v_paid then 'Paid Shopping'
    when p_category = 'Shopping' or p_utm ->> 'utm_campaign' like '%shop%' then 'Organic Shopping'
    when p_category is null and v_paid_medium then 'Paid Other'
    when v_source like '%email%' or v_medium like '%email%' or v_referrer like '%email%' then 'Email'
    when v_source like '%sms%' or v_medium like '%sms%' then 'SMS'
    when v_medium = 'audio' then 'Audio'
    when v_medium like '%push' or v_medium ~ '(mobile|notification)' then 'Mobile Push Notifications'
    when p_category is null and v_referrer like '%internal%' then 'Referral'
    when v_referrer like '%Internal%' then 'Internal Referral'
  end;
end
$$;

create or replace function rehearsal.is_social(p_medium text) returns boolean
language sql immutable
return lower(p_medium) in ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media');

grant usage on schema rehearsal to public;
grant select on rehearsal.referrer to public;
