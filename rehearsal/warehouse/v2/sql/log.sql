-- The log table, the status table of the metrics, and the two procedures that write the log.
-- Source: Clickstream Analytics on AWS 1.1.6. Both log procedures swallow their own failure with RAISE INFO: when the
-- log table cannot be written, a migration runs without a trace, and its endless loop cannot end.
-- Messages are cut at the 256 characters of the procedures' argument; whether Redshift cuts or refuses there is not
-- documented.
create unlogged table {{schema}}.clickstream_log_v2 (
  id bigint generated always as identity,
  log_name varchar(256),
  log_level varchar(32),
  log_msg varchar(65535),
  log_date timestamp default public.getdate()
);
-- Redshift has no index; here an endless loop asks for the newest done-line thousands of times.
create index on {{schema}}.clickstream_log_v2 (log_msg, log_date) where log_msg like 'backfill%';

create unlogged table {{schema}}.refresh_mv_sp_status (
  refresh_name varchar(255),
  refresh_type varchar(10),
  refresh_date date,
  triggerred_by varchar(50),
  log_date timestamp default public.getdate()
);

create procedure {{schema}}.sp_clickstream_log_non_atomic(name varchar(50), level varchar(10), msg varchar(256))
language plpgsql as $$
begin
  insert into {{schema}}.clickstream_log_v2 (log_name, log_level, log_msg) values (name, level, left(msg, 256));
exception when others then
  raise info 'error message: %', sqlerrm;
end
$$;

create procedure {{schema}}.sp_clickstream_log(name varchar(50), level varchar(10), msg varchar(256))
language plpgsql as $$
begin
  insert into {{schema}}.clickstream_log_v2 (log_name, log_level, log_msg) values (name, level, left(msg, 256));
exception when others then
  raise info 'error message: %', sqlerrm;
end
$$;
