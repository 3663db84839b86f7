-- Writes the log, in procedures that are atomic.
-- Source: Clickstream Analytics on AWS 1.1.6. Swallows its own failure with RAISE INFO: when the log table cannot be
-- written, a migration runs without a trace, and its endless loop cannot end.
-- Messages are cut at the 256 characters of the argument; whether Redshift cuts or refuses there is not documented.
create or replace procedure {{schema}}.sp_clickstream_log(name varchar(50), level varchar(10), msg varchar(256))
language plpgsql as $$
begin
  insert into {{schema}}.clickstream_log_v2 (log_name, log_level, log_msg) values (name, level, left(msg, 256));
exception when others then
  raise info 'error message: %', sqlerrm;
end
$$;
