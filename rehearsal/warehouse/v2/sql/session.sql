-- session.
-- Source: Clickstream Analytics on AWS 1.1.6, column lists of its v2 schema. SUPER is jsonb here; sort keys become
-- indexes. No primary key: what identifies a row is convention, so duplicates are possible, as on Redshift.
create unlogged table if not exists {{schema}}.session (
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
create index if not exists session_user_pseudo_id_session_id_idx on {{schema}}.session (user_pseudo_id, session_id);
