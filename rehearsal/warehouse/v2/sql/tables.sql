-- The v2 tables the pipeline upgrade creates in an app's schema.
-- Source: Clickstream Analytics on AWS 1.1.6, column lists of its v2 schema. SUPER is jsonb here; sort keys become
-- indexes. No table has a primary key: what identifies a row is convention, so duplicates are possible, as on Redshift.
-- The room left in pages (fillfactor) is for the migration's updates, which rewrite each event up to four times:
-- with it they stay on their page and touch no index.

create unlogged table {{schema}}.event_v2 (
  {{event_columns}}
) with (fillfactor = 45);
create index on {{schema}}.event_v2 (event_id);
create index on {{schema}}.event_v2 (event_timestamp);

create unlogged table {{schema}}.item_v2 (
  event_timestamp timestamp not null,
  event_id varchar(255) not null,
  event_name varchar(255) not null,
  platform varchar(255),
  user_pseudo_id varchar(255) not null,
  user_id varchar(255),
  item_id varchar(255) not null,
  name varchar(255),
  brand varchar(255),
  currency varchar(255),
  price double precision,
  quantity double precision,
  creative_name varchar(255),
  creative_slot varchar(255),
  location_id varchar(255),
  category varchar(255),
  category2 varchar(255),
  category3 varchar(255),
  category4 varchar(255),
  category5 varchar(255),
  custom_parameters_json_str varchar(65535),
  custom_parameters jsonb,
  process_info jsonb,
  created_time timestamp default public.getdate()
) with (fillfactor = 60);
create index on {{schema}}.item_v2 (event_id);
create index on {{schema}}.item_v2 (item_id);

create unlogged table {{schema}}.user_v2 (
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
create index on {{schema}}.user_v2 (user_pseudo_id);

create unlogged table {{schema}}.session (
  event_timestamp timestamp not null,
  user_pseudo_id varchar(255) not null,
  session_id varchar(255) not null,
  user_id varchar(255),
  session_number bigint,
  session_start_time_msec bigint,
  {{session_traffic_columns}},
  process_info jsonb,
  created_time timestamp default public.getdate()
) with (fillfactor = 60);
create index on {{schema}}.session (user_pseudo_id, session_id);
