-- The base view, a table in spite of its name. No NOT NULL and no default: the booleans are text, created_time is copied
-- from event_v2.
-- Source: Clickstream Analytics on AWS 1.1.6, its reporting objects.
create unlogged table if not exists {{schema}}.clickstream_event_base_view (
  {{base_view_columns}}
);
create index if not exists clickstream_event_base_view_event_timestamp_event_id_idx
  on {{schema}}.clickstream_event_base_view (event_timestamp, event_id);
