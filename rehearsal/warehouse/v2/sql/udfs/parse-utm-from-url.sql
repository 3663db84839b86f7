-- Parts of a page URL and the traffic source it, or else a referrer, tells of. 'Driect' and its like are the original's.
create or replace function {{schema}}.parse_utm_from_url(
  url varchar(65535),
  referrer varchar(65535),
  latest_referrer varchar(65535)
) returns varchar
language plpgsql stable as $$
declare
  v_page jsonb := rehearsal.read_url(url);
  v_utm jsonb := v_page;
  v_category text;
  v_channel text;
  v_source text;
  v_term text;
  v_consulted text;
  v_place text;
  v_host text;
  v_match rehearsal.referrer;
begin
  foreach v_consulted in array array[latest_referrer, referrer]::text[] loop
    continue when v_consulted is null or v_utm ->> 'utm_source' is not null;
    v_utm := rehearsal.read_url(v_consulted);
    if v_category is null and v_utm ->> 'utm_source' is not null then
      v_category := (select category from rehearsal.referrer where lower(source) = lower(v_utm ->> 'utm_source') limit 1);
    end if;
    if v_category is null and rehearsal.is_social(v_utm ->> 'utm_medium') then
      v_category := 'Social';
    end if;
    v_place := case when position('://' in v_consulted) = 0 then v_consulted else split_part(v_consulted, '//', 2) end;
    v_host := split_part(split_part(v_place, '?', 1), '/', 1);
    v_match := null;
    select * into v_match
    from rehearsal.referrer
    where domain in (v_host, case when v_host like 'www.%' then substr(v_host, 5) end)
    order by domain = v_host desc
    limit 1;
    if v_match.domain is not null then
      v_category := v_match.category;
      v_utm := v_utm || jsonb_build_object('utm_source', v_match.source);
      select string_agg(found.value, ',' order by wanted.place) into v_term
      from unnest(v_match.search_params) with ordinality as wanted(name, place)
      cross join lateral (
        select split_part(pair, '=', 2) as value
        from unnest(string_to_array(split_part(v_consulted, '?', 2), '&')) with ordinality as p(pair, at)
        where split_part(pair, '=', 1) = wanted.name
        order by at desc
        limit 1
      ) found;
      v_utm := v_utm || case when v_term is null then '{}' else jsonb_build_object('utm_term', v_term) end;
    end if;
    v_channel := coalesce(rehearsal.channel_group(v_category, v_utm, referrer), v_channel);
  end loop;

  v_source := v_utm ->> 'utm_source';
  if v_source is null then
    v_source := 'Driect';
    v_channel := 'Direct';
    v_category := 'Direct';
  else
    v_channel := coalesce(v_channel, 'Unassigned');
    v_category := coalesce(v_category, 'Unassigned');
  end if;
  return rehearsal.python_result((
    (v_utm - '{protocol,host,path,query,params}'::text[])
    || jsonb_build_object(
      'protocol', v_page -> 'protocol', 'host', v_page -> 'host', 'path', v_page -> 'path', 'query', v_page -> 'query',
      'params', v_page -> 'params', 'utm_source', v_source, 'utm_medium', coalesce(v_utm ->> 'utm_medium', v_channel),
      'channel_group', v_channel, 'source_category', v_category))::text);
end
$$;
