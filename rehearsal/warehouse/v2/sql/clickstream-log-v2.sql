-- The log table of all procedures.
-- Source: Clickstream Analytics on AWS 1.1.6.
create unlogged table if not exists {{schema}}.clickstream_log_v2 (
  id bigint generated always as identity,
  log_name varchar(256),
  log_level varchar(32),
  log_msg varchar(65535),
  log_date timestamp default public.getdate()
);
-- Redshift has no index; here an endless loop asks for the newest done-line thousands of times.
create index if not exists clickstream_log_v2_log_msg_log_date_idx
  on {{schema}}.clickstream_log_v2 (log_msg, log_date) where log_msg like 'backfill%';
