-- External functions in the catalogue of a database: the languages, who may create one, and what each is created with.

-- Redshift has a language for them; here its functions are bodies of PL/pgSQL. Source: Redshift Developer Guide, GRANT:
-- USAGE ON LANGUAGE EXFUNC is nobody's but a superuser's until it is granted.
create or replace trusted language exfunc
  handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;
revoke usage on language exfunc from public;
-- That of the functions in Python, which are bodies of PL/pgSQL as well.
create or replace trusted language plpythonu
  handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;

-- System permissions of database roles, which PostgreSQL has not. Source: Redshift Developer Guide, r_roles-system-privileges
create table if not exists rehearsal.system_permission (
  role_name name not null,
  permission text not null,
  primary key (role_name, permission)
);

create table if not exists rehearsal.external_function (
  id bigint primary key,
  -- Of pg_proc; a dropped function leaves its row behind.
  function_oid oid not null unique,
  function_name name not null,
  lambda_name text not null,
  -- `default` is the warehouse's default role, whichever it is when the function is called.
  role_arn text not null,
  retry_timeout_ms integer not null,
  max_batch_rows bigint not null,
  max_batch_bytes integer not null,
  -- NULL where what is returned is no text.
  returns_bytes integer
);
create sequence if not exists rehearsal.external_function_id;
grant select on rehearsal.system_permission, rehearsal.external_function to public;
grant usage on sequence rehearsal.external_function_id to public;

-- PG_PROC, where a function that is marked by its comment as `language: <name>` is of that language.
do $$
begin
  if to_regclass('rehearsal.pg_proc') is null then
    execute (
      select 'create view rehearsal.pg_proc as select ' || string_agg(
        case when attname = 'prolang' then 'coalesce(l.oid, p.prolang) as prolang' else format('p.%I', attname) end,
        ', ' order by attnum) || $view$
        from pg_catalog.pg_proc p
        left join pg_catalog.pg_description d
          on d.objoid = p.oid and d.classoid = 'pg_catalog.pg_proc'::regclass and d.objsubid = 0
        left join pg_catalog.pg_language l on d.description = 'language: ' || l.lanname $view$
      from pg_attribute where attrelid = 'pg_catalog.pg_proc'::regclass and attnum > 0 and not attisdropped);
    grant select on rehearsal.pg_proc to public;
  end if;
end
$$;

create or replace function rehearsal.has_system_permission(p_permission text) returns boolean
language sql stable as $$
  select (select rolsuper from pg_roles where rolname = current_user) or exists (
    select from rehearsal.system_permission s
    join pg_roles r on r.rolname = s.role_name
    where s.permission = p_permission and pg_has_role(current_user, r.oid, 'usage'))
$$;

-- GRANT or REVOKE of system permissions, to and from roles only. The message is our wording.
create or replace procedure rehearsal.change_system_permissions(p_permissions text[], p_roles text[], p_granted boolean)
language plpgsql as $$
declare
  v_role text;
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    raise insufficient_privilege using message = 'permission denied: must be superuser to grant or revoke system permissions';
  end if;
  foreach v_role in array p_roles loop
    if not exists (select from pg_roles where rolname = v_role::name) then
      raise undefined_object using message = format('role "%s" does not exist', v_role);
    end if;
  end loop;
  if p_granted then
    insert into rehearsal.system_permission (role_name, permission)
    select r::name, p from unnest(p_roles) r cross join unnest(p_permissions) p on conflict do nothing;
  else
    delete from rehearsal.system_permission where role_name = any (p_roles::name[]) and permission = any (p_permissions);
  end if;
end
$$;

-- Done as superuser: what is replaced may be another's. Only create_external_function is to call it.
create or replace procedure rehearsal.keep_external_function(p_create text, p_signature text, p_row rehearsal.external_function)
language plpgsql security definer as $$
begin
  if p_create is not null then
    execute p_create;
  end if;
  execute format($c$comment on function %s is 'language: exfunc'$c$, p_signature);
  p_row.function_oid := p_signature::regprocedure::oid;
  delete from rehearsal.external_function where function_oid = p_row.function_oid;
  insert into rehearsal.external_function select p_row.*;
end
$$;

-- CREATE [OR REPLACE] EXTERNAL FUNCTION. Superusers, and whoever has both the system permission and the use of the language.
-- Source: Redshift Developer Guide, CREATE EXTERNAL FUNCTION, which calls replacing a superuser's, and the permission
-- CREATE OR REPLACE EXTERNAL FUNCTION, which says that its holder may: the latter is followed here. Whether a function of
-- another language can be replaced is documented nowhere: refused, the safe side.
create or replace procedure rehearsal.create_external_function(
  p_replace boolean, p_schema text, p_name text, p_arguments text[], p_returns text, p_returns_bytes integer,
  p_volatility text, p_lambda text, p_role text, p_retry_ms integer, p_rows bigint, p_bytes integer
)
language plpgsql as $$
declare
  v_id constant bigint := nextval('rehearsal.external_function_id');
  v_signature constant text := format('%I.%I(%s)', coalesce(p_schema, current_schema()), p_name,
    array_to_string(p_arguments, ', '));
  v_values text;
  v_create text;
  v_is_ours boolean;
  v_existing pg_proc;
begin
  if not rehearsal.has_system_permission('CREATE OR REPLACE EXTERNAL FUNCTION') then
    raise insufficient_privilege using message = 'permission denied to create external function';
  elsif not has_language_privilege('exfunc', 'usage') then
    raise insufficient_privilege using message = 'permission denied for language exfunc';
  end if;
  -- Only text reaches the Lambda as text; what it makes of other arguments is NULL.
  select string_agg(case when type in ('varchar', 'char') then '$' || n || '::text' else 'null' end, ', ' order by n)
  into v_values from unnest(p_arguments) with ordinality as a(type, n);
  v_create := format(
    'create %s function %s returns %s language exfunc %s as %L', case when p_replace then 'or replace' else '' end,
    v_signature, p_returns, p_volatility,
    format(' begin return rehearsal.external_call(%s, array[%s]::text[]); end ', v_id, v_values));
  select * into v_existing from pg_proc where oid = to_regprocedure(v_signature)::oid;
  v_is_ours := v_existing.oid is null or pg_has_role(v_existing.proowner, 'usage');
  if p_replace and v_existing.oid is not null
    and v_existing.prolang <> (select oid from pg_language where lanname = 'exfunc')
  then
    raise invalid_function_definition using
      message = format('cannot change language of existing function "%s"', p_name), hint = 'Use DROP FUNCTION first.';
  end if;
  if v_is_ours then
    execute v_create;
  end if;
  call rehearsal.keep_external_function(
    case when not v_is_ours then v_create end, v_signature,
    row (v_id, 0::oid, p_name, p_lambda, p_role, p_retry_ms, p_rows, p_bytes, p_returns_bytes)::rehearsal.external_function);
end
$$;
