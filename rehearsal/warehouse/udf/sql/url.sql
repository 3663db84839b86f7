-- parse_utm_from_url as the Lambda answers it, to the byte.

-- The sites that it knows: its own list.
create table if not exists rehearsal.known_site (
  domain text collate "C" primary key,
  source text not null,
  category text not null,
  search_params text[] not null
);
create index if not exists known_site_source on rehearsal.known_site (lower(source collate "C"));
grant select on rehearsal.known_site to public;

-- One URL taken apart. NULL in an array stands for a parameter without a value.
do $$
begin
  if to_regtype('rehearsal.read_tags') is null then
    create type rehearsal.read_tags as (
      id text, source text, medium text, campaign text, content text, term text, source_platform text, gclid text,
      clid_type text, clid_id text
    );
    create type rehearsal.read_place as (
      protocol text, host text, path text, query text, names text[], contents text[]
    );
  end if;
end
$$;

-- The first two pieces of a text, NULL for the second where there is only one.
create or replace function rehearsal.piece(p_text text, p_separator text) returns text
language sql immutable as $$
  select case when position(p_separator in p_text) > 0 then split_part(p_text, p_separator, 2) end
$$;

create or replace function rehearsal.with_protocol(p_url text) returns text
language sql immutable as $$ select case when position('://' in p_url) > 0 then p_url else 'http://' || p_url end $$;

create or replace function rehearsal.take_apart(p_url text) returns rehearsal.read_place
language plpgsql immutable as $$
declare
  c_escapes constant text[] := array[
    '%3D', '=', '%26', '&', '%3F', '?', '%2F', '/', '%3A', ':', '%2C', ',', '%2B', '+', '%3B', ';', '%3C', '<', '%3E',
    '>', '%40', '@', '%5B', '[', '%5C', '\', '%5D', ']', '%5E', '^', '%5F', '_', '%60', '`', '%7B', '{', '%7C', '|',
    '%7D', '}', '%7E', '~', '%20', ' '];
  v_url constant text := rehearsal.with_protocol(p_url);
  v_head constant text := split_part(v_url, '?', 1);
  v_place constant text := rehearsal.piece(v_head, '//');
  v_slash constant integer := coalesce(position('/' in v_place), 0);
  v_read rehearsal.read_place;
  v_names text[] := '{}';
  v_contents text[] := '{}';
  v_pair text;
  v_name text;
  v_value text;
  v_at integer;
begin
  v_read.protocol := replace(split_part(v_head, '//', 1), ':', '');
  v_read.host := case when v_slash = 0 then v_place else left(v_place, v_slash - 1) end;
  v_read.path := nullif(nullif(case when v_slash > 0 then substr(v_place, v_slash + 1) end, ''), '/');
  v_read.query := split_part(v_url, '?', 2);
  if position('%' in v_read.query) > 0 then
    for i in 1..array_length(c_escapes, 1) by 2 loop
      v_read.query := replace(v_read.query, c_escapes[i], c_escapes[i + 1]);
    end loop;
  end if;
  foreach v_pair in array string_to_array(v_read.query, '&') loop
    v_name := split_part(v_pair, '=', 1);
    v_value := rehearsal.piece(v_pair, '=');
    continue when v_name = '';
    v_at := array_position(v_names, v_name);
    if v_at is null then
      v_names := array_append(v_names, v_name);
      v_contents := array_append(v_contents, v_value);
    elsif v_contents[v_at] is null then
      v_contents[v_at] := v_value;
    elsif v_value is not null then
      v_contents[v_at] := v_contents[v_at] || ',' || v_value;
    end if;
  end loop;
  v_read.names := v_names;
  v_read.contents := v_contents;
  return v_read;
end
$$;

create or replace function rehearsal.tag(p_place rehearsal.read_place, p_name text) returns text
language sql immutable as $$ select nullif((p_place).contents[array_position((p_place).names, p_name)], '') $$;

create or replace function rehearsal.tags_of(p_place rehearsal.read_place) returns rehearsal.read_tags
language plpgsql immutable as $$
declare
  v_tags rehearsal.read_tags;
begin
  v_tags := row (
    rehearsal.tag(p_place, 'utm_id'), rehearsal.tag(p_place, 'utm_source'), rehearsal.tag(p_place, 'utm_medium'),
    rehearsal.tag(p_place, 'utm_campaign'), rehearsal.tag(p_place, 'utm_content'), rehearsal.tag(p_place, 'utm_term'),
    rehearsal.tag(p_place, 'utm_source_platform'), rehearsal.tag(p_place, 'gclid'), null, null);
  select name, content into v_tags.clid_type, v_tags.clid_id
  from unnest(p_place.names, p_place.contents) with ordinality as p(name, content, n)
  where name like '%clid' order by n limit 1;
  if v_tags.source is null and v_tags.clid_type is not null then
    -- Unknown click ids have neither, whatever the URL said. 'scocial' is the original's.
    select t.source, t.medium into v_tags.source, v_tags.medium
    from (values (null::text)) as one(_)
    left join (values
      ('gclid', 'google', 'cpc'), ('dclid', 'google', 'display'), ('fbclid', 'facebook', 'scocial'),
      ('msclid', 'microsoft', 'cpc'), ('twclid', 'twitter', 'cpc'), ('pintclid', 'pinterest', 'cpc'),
      ('linclid', 'linkedin', 'cpc'), ('ytclid', 'youtube', 'video'), ('tikclid', 'tiktok', 'video'),
      ('bingclid', 'bing', 'cpc'), ('baiduclid', 'baidu', 'cpc')) as t(type, source, medium)
      on t.type = v_tags.clid_type;
  end if;
  return v_tags;
end
$$;

create or replace function rehearsal.is_social_medium(p_medium text) returns boolean
language sql immutable as $$
  select coalesce(lower(p_medium collate "C")
    in ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media'), false)
$$;

-- The first rule that applies; NULL where none does.
create or replace function rehearsal.channel_of(p_category text, p_tags rehearsal.read_tags, p_referrer text) returns text
language plpgsql immutable as $$
declare
  v_medium constant text := coalesce(p_tags.medium, '');
  v_paid_medium constant boolean := v_medium ~ 'cp|ppc|retargeting|paid';
  v_paid constant boolean := v_paid_medium or p_tags.clid_type is not null;
  v_is text := coalesce(p_category, '');
begin
  return case
    when p_category is null and num_nulls(p_tags.source, p_tags.medium, p_tags.campaign, p_tags.content, p_tags.term,
      p_tags.id, p_tags.source_platform) = 0 then 'Direct'
    when v_is = 'Search' and v_paid then 'Paid Search'
    when v_is = 'Search' and coalesce(p_tags.medium, 'organic') = 'organic' then 'Organic Search'
    when v_is = 'Social' and v_paid then 'Paid Social'
    when v_is = 'Social' or rehearsal.is_social_medium(p_tags.medium) then 'Organic Social'
    when v_is = 'Video' and v_paid then 'Paid Video'
    when v_is = 'Video' or v_medium like '%video%' then 'Organic Video'
    when v_is = 'Shopping' and v_paid then 'Paid Shopping'
    when v_is = 'Shopping' or p_tags.campaign like '%shop%' then 'Organic Shopping'
    when p_category is null and v_paid_medium then 'Paid Other'
    when p_tags.source like '%email%' or v_medium like '%email%' or p_referrer like '%email%' then 'Email'
    when p_tags.source like '%sms%' or v_medium like '%sms%' then 'SMS'
    when v_medium = 'audio' then 'Audio'
    when v_medium like '%push' or v_medium ~ 'mobile|notification' then 'Mobile Push Notifications'
    when p_category is null and p_referrer like '%internal%' then 'Referral'
    when p_referrer like '%Internal%' then 'Internal Referral'
  end;
end
$$;

-- By host and path, by host, and both again without `www.`.
create or replace function rehearsal.site_of(p_url text) returns rehearsal.known_site
language plpgsql stable as $$
declare
  v_place constant text := split_part(coalesce(rehearsal.piece(rehearsal.with_protocol(p_url), '//'), ''), '?', 1);
  v_host constant text := split_part(v_place, '/', 1);
  v_domain text;
  v_site rehearsal.known_site;
begin
  foreach v_domain in array array[v_place, v_host] || case when v_host like 'www.%'
    then array[coalesce(rehearsal.piece(v_place, 'www.'), ''), coalesce(rehearsal.piece(v_host, 'www.'), '')]
    else '{}' end
  loop
    select * into v_site from rehearsal.known_site where domain = v_domain;
    exit when found;
  end loop;
  return v_site;
end
$$;

-- What was searched for, from the query as it stands; NULL where none of the site's parameters has a value.
create or replace function rehearsal.search_term(p_params text[], p_url text) returns text
language sql immutable as $$
  select string_agg(found.value, ',' order by wanted.n)
  from unnest(p_params) with ordinality as wanted(name, n)
  cross join lateral (
    select rehearsal.piece(pair, '=') as value
    from string_to_table(split_part(p_url, '?', 2), '&') with ordinality as p(pair, at)
    where split_part(pair, '=', 1) = wanted.name and rehearsal.piece(pair, '=') is not null
    order by at desc limit 1
  ) found
$$;

-- A string in printable ASCII, as Python writes it.
create or replace function rehearsal.ascii_string(p_text text) returns text
language plpgsql immutable as $$
declare
  v_json text;
begin
  if p_text is null then
    return 'null';
  elsif p_text ~ '^[ !#-[\]-~]*$' then
    return '"' || p_text || '"';
  end if;
  v_json := to_json(p_text)::text;
  if v_json !~ '[^ -~]' then
    return v_json;
  end if;
  return (
    select string_agg(
      case
        when code between 32 and 126 then c
        when code < 65536 then '\u' || lpad(to_hex(code), 4, '0')
        else '\u' || to_hex(55296 + (code - 65536) / 1024) || '\u' || to_hex(56320 + (code - 65536) % 1024)
      end, '' order by n)
    from (select c, n, ascii(c) as code from string_to_table(v_json, null) with ordinality as t(c, n)) characters);
end
$$;

create or replace function rehearsal.utm_answer(
  p_page rehearsal.read_place, p_tags rehearsal.read_tags, p_channel text, p_category text, p_compact boolean
) returns text
language plpgsql immutable as $$
declare
  v_click_id constant text := '{"type": ' || rehearsal.ascii_string(p_tags.clid_type) || ', "id": '
    || rehearsal.ascii_string(p_tags.clid_id) || '}';
  v_texts text[] := array[
    p_channel, case when p_tags.clid_type is not null then v_click_id end, p_tags.gclid, p_page.host, p_page.path,
    p_page.protocol, nullif(p_page.query, ''), p_category, p_tags.campaign, p_tags.content, p_tags.id, p_tags.medium,
    p_tags.source, p_tags.source_platform, p_tags.term];
  v_params text;
begin
  if p_compact then
    v_texts := array(select coalesce(to_json(t)::text, 'null') from unnest(v_texts) with ordinality as u(t, n) order by n);
  else
    v_texts := array(select rehearsal.ascii_string(t) from unnest(v_texts) with ordinality as u(t, n) order by n);
  end if;
  if cardinality(p_page.names) > 0 then
    select '{' || string_agg(
      case when p_compact then to_json(name)::text || ':' || coalesce(to_json(content)::text, 'null')
        else rehearsal.ascii_string(name) || ': ' || rehearsal.ascii_string(content) end,
      case when p_compact then ',' else ', ' end order by name collate "C") || '}'
    into v_params from unnest(p_page.names, p_page.contents) as p(name, content);
  end if;
  return '{"channel_group": ' || v_texts[1] || ', "clid_str": ' || v_texts[2] || ', "gclid": ' || v_texts[3]
    || ', "host": ' || v_texts[4] || ', "params": ' || coalesce(v_params, 'null') || ', "path": ' || v_texts[5]
    || ', "protocol": ' || v_texts[6] || ', "query": ' || v_texts[7] || ', "source_category": ' || v_texts[8]
    || ', "utm_campaign": ' || v_texts[9] || ', "utm_content": ' || v_texts[10] || ', "utm_id": ' || v_texts[11]
    || ', "utm_medium": ' || v_texts[12] || ', "utm_source": ' || v_texts[13] || ', "utm_source_platform": '
    || v_texts[14] || ', "utm_term": ' || v_texts[15] || '}';
end
$$;

create or replace function rehearsal.udf_parse_utm_from_url(p_url text, p_referrer text, p_latest text) returns text
language plpgsql stable as $$
declare
  v_page rehearsal.read_place := rehearsal.take_apart(coalesce(p_url, ''));
  v_tags rehearsal.read_tags := rehearsal.tags_of(v_page);
  v_category text;
  v_channel text;
  v_consulted text;
  v_site rehearsal.known_site;
  v_answer text;
begin
  foreach v_consulted in array array[p_latest, p_referrer] loop
    continue when v_consulted is null or v_tags.source is not null;
    v_tags := rehearsal.tags_of(rehearsal.take_apart(v_consulted));
    if v_category is null and v_tags.source is not null then
      v_category := (select category from rehearsal.known_site
        where lower(source collate "C") = lower(v_tags.source collate "C") limit 1);
    end if;
    if v_category is null and rehearsal.is_social_medium(v_tags.medium) then
      v_category := 'Social';
    end if;
    v_site := rehearsal.site_of(v_consulted);
    if v_site.domain is not null then
      v_tags.source := v_site.source;
      v_tags.term := coalesce(rehearsal.search_term(v_site.search_params, v_consulted), v_tags.term);
      v_category := v_site.category;
    end if;
    v_channel := coalesce(rehearsal.channel_of(v_category, v_tags, p_referrer), v_channel);
  end loop;
  if v_tags.source is null then
    -- 'Driect' is the original's.
    v_tags.source := 'Driect';
    v_category := 'Direct';
    v_channel := 'Direct';
  end if;
  v_category := coalesce(v_category, 'Unassigned');
  v_channel := coalesce(v_channel, 'Unassigned');
  v_tags.medium := coalesce(v_tags.medium, v_channel);

  v_answer := rehearsal.utm_answer(v_page, v_tags, v_channel, v_category, false);
  if octet_length(v_answer) <= 65535 then
    return v_answer;
  end if;
  -- Too long for its column (D5): compact, without the query, without the parameters.
  for attempt in 1..3 loop
    v_answer := rehearsal.utm_answer(v_page, v_tags, v_channel, v_category, true);
    if octet_length(v_answer) <= 65535 then
      return v_answer;
    end if;
    v_page.query := '';
    if attempt = 2 then
      v_page.names := '{}';
      v_page.contents := '{}';
    end if;
  end loop;
  return null;
end
$$;
