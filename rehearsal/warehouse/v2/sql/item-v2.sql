-- item_v2.
-- Source: Clickstream Analytics on AWS 1.1.6, column lists of its v2 schema. SUPER is jsonb here; sort keys become
-- indexes. No primary key: what identifies a row is convention, so duplicates are possible, as on Redshift.
create unlogged table if not exists {{schema}}.item_v2 (
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
create index if not exists item_v2_event_id_idx on {{schema}}.item_v2 (event_id);
create index if not exists item_v2_item_id_idx on {{schema}}.item_v2 (item_id);
