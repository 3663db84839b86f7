-- The table of one metric.
-- Source: Clickstream Analytics on AWS 1.1.6.
create unlogged table if not exists {{schema}}.clickstream_{{metric}} (
  event_date date,
  {{columns}}{{stamp_column}}
);
create index if not exists clickstream_{{metric}}_event_date_idx on {{schema}}.clickstream_{{metric}} (event_date);
