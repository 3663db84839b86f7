-- Redshift functions and system views that PostgreSQL lacks, installed in schema public of every project database.
-- Only what our statements and the stand-ins for the solution's procedures use.

create schema if not exists rehearsal;
grant usage on schema rehearsal to public;
-- A new Redshift database lets everybody create in public.
grant all on schema public to public;

-- Virtual time, UTC: every session of a rehearsal is told how far the rehearsal's clock is from the real one. Not
-- now(): in PostgreSQL that stands still during a whole CALL.
create or replace function rehearsal.virtual_now() returns timestamp
language sql volatile parallel safe as $$
  select (clock_timestamp() at time zone 'UTC')
    + coalesce(nullif(current_setting('rehearsal.clock_offset_ms', true), ''), '0')::double precision
      * interval '1 millisecond'
$$;

-- GETDATE has whole seconds.
create or replace function public.getdate() returns timestamp
language sql volatile parallel safe as $$ select date_trunc('second', rehearsal.virtual_now()) $$;

-- SUPER is jsonb. JSON_SERIALIZE(NULL) is the text 'null' on Redshift.
create or replace function public.json_parse(value text) returns jsonb
language sql immutable strict parallel safe as $$ select value::jsonb $$;

create or replace function public.json_serialize(value jsonb) returns text
language sql immutable parallel safe as $$ select coalesce(value::text, 'null') $$;

create or replace function public.can_json_parse(value text) returns boolean
language sql immutable parallel safe as $$ select value is json $$;

create or replace function public.is_valid_json(value text) returns boolean
language sql immutable parallel safe as $$ select value is json $$;

create or replace function public.json_typeof(value jsonb) returns text
language sql immutable strict parallel safe as $$ select jsonb_typeof(value) $$;

create or replace function public.get_array_length(value jsonb) returns bigint
language sql immutable strict parallel safe as $$
  select case when jsonb_typeof(value) = 'array' then jsonb_array_length(value)::bigint end
$$;

-- A path that is not there is the empty string, not NULL.
create or replace function public.json_extract_path_text(value text, variadic path text[]) returns text
language sql immutable strict parallel safe as $$ select coalesce(value::jsonb #>> path, '') $$;

-- LEN counts characters, OCTET_LENGTH bytes, in both.
create or replace function public.len(value text) returns integer
language sql immutable strict parallel safe as $$ select length(value) $$;

create or replace function public.convert_timezone(target text, value timestamp) returns timestamp
language sql stable strict parallel safe as $$ select value at time zone 'UTC' at time zone target $$;

create or replace function public.convert_timezone(source text, target text, value timestamp) returns timestamp
language sql stable strict parallel safe as $$ select value at time zone source at time zone target $$;

-- The dialect writes DATEADD(day, …) as dateadd('day', …).
create or replace function public.dateadd(part text, amount bigint, value timestamp) returns timestamp
language sql immutable strict parallel safe as $$ select value + amount * ('1 ' || part)::interval $$;

-- DATEDIFF counts the boundaries of the part that lie between the two.
create or replace function public.datediff(part text, early timestamp, late timestamp) returns bigint
language sql immutable strict parallel safe as $$
  select (extract(epoch from date_trunc(part, late) - date_trunc(part, early))
    / extract(epoch from ('1 ' || part)::interval))::bigint
$$;

do $$
begin
  if to_regprocedure('public.listagg(text, text)') is null then
    create aggregate public.listagg(text, text) (
      sfunc = string_agg_transfn, stype = internal, finalfunc = string_agg_finalfn
    );
    create aggregate public.listagg(text) (sfunc = textcat, stype = text);
  end if;
end
$$;

-- The dialect writes CURRENT_SETTING as redshift_setting: Redshift shows times as plain milliseconds, without a unit.
create or replace function public.redshift_setting(setting_name text) returns text
language sql stable strict parallel safe as $$
  select coalesce(
    (select s.setting from pg_settings s where s.name = setting_name and s.unit = 'ms'),
    current_setting(setting_name))
$$;

-- SVV_TABLES and SVV_COLUMNS show what the user may see, as the information schema does.
create or replace view public.svv_tables as
select table_catalog, table_schema, table_name, table_type, null::varchar as remarks from information_schema.tables;

create or replace view public.svv_columns as
select
  table_catalog, table_schema, table_name, column_name, ordinal_position, column_default, is_nullable, data_type,
  character_maximum_length, numeric_precision, numeric_scale
from information_schema.columns;

grant select on public.svv_tables, public.svv_columns to public;

-- Every statement that came through the Data API.
create table if not exists rehearsal.query_history (
  user_id integer not null,
  query_id bigint not null,
  transaction_id bigint not null,
  session_id integer not null,
  database_name char(128) not null,
  query_type char(32) not null,
  status char(10) not null,
  start_time timestamp not null,
  end_time timestamp,
  elapsed_time bigint,
  error_message varchar(512),
  query_text varchar(4000) not null
);
create index if not exists query_history_query_id on rehearsal.query_history (query_id);
create index if not exists query_history_running on rehearsal.query_history (status) where end_time is null;

-- Source: Redshift Developer Guide, SYS_QUERY_HISTORY: superusers see all rows, others their own; fixed-width columns
-- are padded with blanks; times in microseconds, of a running query until now. Columns that nothing here could fill are
-- left out.
create or replace view public.sys_query_history as
select
  h.user_id, h.query_id, h.transaction_id, h.session_id, h.database_name, h.query_type, h.status, h.start_time,
  h.end_time,
  coalesce(h.elapsed_time, (extract(epoch from rehearsal.virtual_now() - h.start_time) * 1000000)::bigint)
    as elapsed_time,
  h.error_message, h.query_text
from rehearsal.query_history h
join pg_roles u on u.rolname = current_user
where u.rolsuper or u.oid::int8::int4 = h.user_id;

grant select on public.sys_query_history to public;

-- Who may read system views that are otherwise for superusers. Roles belong to the whole server, and databases may be
-- made at the same time.
do $$
begin
  create role "sys:monitor" nologin;
exception when duplicate_object or unique_violation then null;
end
$$;

-- Source: Redshift Developer Guide, SYS_SERVERLESS_USAGE and r_roles-default: a row a minute, in RPU-seconds, charged when
-- a transaction has ended, for a minute at least, and what runs at once counts once. Columns that nothing here could
-- fill are left out. The capacity is a setting, because a database does not know its workgroup.
create or replace view public.sys_serverless_usage as
with busy as (
  select unnest(range_agg(tsrange(h.start_time, greatest(h.end_time, h.start_time + interval '60 seconds')))) as span
  from rehearsal.query_history h
  where h.end_time is not null
),
minutes as (
  select m.minute, extract(epoch from sum(upper(part.span) - lower(part.span)))::double precision as seconds
  from busy b
  cross join lateral generate_series(date_trunc('minute', lower(b.span)), upper(b.span), interval '1 minute') m(minute)
  cross join lateral (select b.span * tsrange(m.minute, m.minute + interval '1 minute') as span) part
  where not isempty(part.span)
  group by m.minute
)
select
  minute as start_time,
  minute + interval '1 minute' as end_time,
  seconds * rpu as compute_seconds,
  rpu as compute_capacity,
  round(seconds * rpu)::bigint as charged_seconds
from minutes
cross join lateral (
  select coalesce(nullif(current_setting('rehearsal.rpu', true), ''), '32')::double precision as rpu
) capacity;

grant select on public.sys_serverless_usage to "sys:monitor";
