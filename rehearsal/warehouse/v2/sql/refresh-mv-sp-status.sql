-- The status table of the metrics.
-- Source: Clickstream Analytics on AWS 1.1.6.
create unlogged table if not exists {{schema}}.refresh_mv_sp_status (
  refresh_name varchar(255),
  refresh_type varchar(10),
  refresh_date date,
  triggerred_by varchar(50),
  log_date timestamp default public.getdate()
);
