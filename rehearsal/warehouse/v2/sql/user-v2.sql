-- user_v2.
-- Source: Clickstream Analytics on AWS 1.1.6, column lists of its v2 schema. SUPER is jsonb here; sort keys become
-- indexes. No primary key: what identifies a row is convention, so duplicates are possible, as on Redshift.
create unlogged table if not exists {{schema}}.user_v2 (
  event_timestamp timestamp not null,
  user_pseudo_id varchar(255) not null,
  user_id varchar(255),
  user_properties jsonb,
  user_properties_json_str varchar(65535),
  first_touch_time_msec bigint,
  first_visit_date date,
  first_referrer varchar(65535),
  {{user_traffic_columns}},
  first_app_install_source varchar(255),
  process_info jsonb,
  created_time timestamp default public.getdate()
) with (fillfactor = 60);
create index if not exists user_v2_user_pseudo_id_idx on {{schema}}.user_v2 (user_pseudo_id);
