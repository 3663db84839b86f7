-- Faults that scenarios plant into the stand-ins' procedures. They live beside the customer's schemas, not in them, so
-- that counts and fingerprints of a schema know nothing of them.
-- Every procedure calls rehearsal.fault(schema, procedure, step) at each of its steps. How often a fault still strikes
-- is counted by a sequence: sequences are not rolled back, and an error rolls back everything else.
create schema if not exists rehearsal;

create table if not exists rehearsal.procedure_fault (
  id bigint generated always as identity primary key,
  schema_name text not null,
  procedure_name text not null,
  step integer not null,
  kind text not null check (kind in ('error', 'sleep')),
  message text,
  seconds double precision,
  times bigint not null,
  counter text not null
);

-- Runs with its owner's rights: the procedures themselves run with their caller's, who has none here.
create or replace function rehearsal.fault(p_schema text, p_procedure text, p_step integer) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
  v_fault rehearsal.procedure_fault;
begin
  for v_fault in
    select *
    from rehearsal.procedure_fault
    where schema_name = p_schema and procedure_name = p_procedure and step = p_step
    order by id
  loop
    if nextval(v_fault.counter::regclass) > v_fault.times then
      continue;
    end if;
    if v_fault.kind = 'error' then
      raise exception '%', v_fault.message;
    end if;
    perform pg_sleep(v_fault.seconds);
    return;
  end loop;
end
$$;

grant usage on schema rehearsal to public;
grant execute on function rehearsal.fault(text, text, integer) to public;
