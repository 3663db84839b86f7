-- event_v2.
-- Source: Clickstream Analytics on AWS 1.1.6, column lists of its v2 schema. SUPER is jsonb here; sort keys become
-- indexes. No primary key: what identifies a row is convention, so duplicates are possible, as on Redshift.
-- The room left in pages (fillfactor) is for the migration's updates, which rewrite each event up to four times:
-- with it they stay on their page and touch no index.
create unlogged table if not exists {{schema}}.event_v2 (
  {{event_columns}}
) with (fillfactor = 45);
create index if not exists event_v2_event_id_idx on {{schema}}.event_v2 (event_id);
create index if not exists event_v2_event_timestamp_idx on {{schema}}.event_v2 (event_timestamp);
