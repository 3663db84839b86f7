-- The schema of one app as versions up to 1.1.5 of the solution leave it, as far as the upgrade meets it.
-- Placeholders: {{schema}}, the app's schema, quoted. Runs as the schema's owner.
-- Differences from Redshift: SUPER is jsonb; no distribution, sort keys or encodings; varchar(n) counts
-- characters, not bytes; the tables are unlogged, because a rehearsal has nothing to recover.
-- Source: Clickstream Analytics on AWS 1.1.5, data schema documentation.

CREATE UNLOGGED TABLE {{schema}}.event (
  event_id varchar(255),
  event_date date,
  event_timestamp bigint, -- epoch milliseconds
  event_previous_timestamp bigint,
  event_name varchar(255),
  event_value_in_usd double precision,
  event_bundle_sequence_id bigint,
  ingest_timestamp bigint,
  device jsonb,
  geo jsonb,
  traffic_source jsonb,
  app_info jsonb,
  platform varchar(255),
  project_id varchar(255),
  items jsonb,
  user_pseudo_id varchar(255),
  user_id varchar(255)
);

CREATE UNLOGGED TABLE {{schema}}.event_parameter (
  event_timestamp bigint,
  event_id varchar(255),
  event_name varchar(255),
  event_param_key varchar(255),
  event_param_double_value double precision,
  event_param_float_value double precision,
  event_param_int_value bigint,
  event_param_string_value varchar(4096)
);

CREATE UNLOGGED TABLE {{schema}}."user" (
  event_timestamp bigint,
  user_id varchar(255),
  user_pseudo_id varchar(255),
  user_first_touch_timestamp bigint,
  user_properties jsonb,
  user_ltv jsonb,
  _first_visit_date date,
  _first_referer varchar(255),
  _first_traffic_source_type varchar(255),
  _first_traffic_medium varchar(255),
  _first_traffic_source varchar(255),
  device_id_list jsonb,
  _channel varchar(255)
);

CREATE UNLOGGED TABLE {{schema}}.item (
  event_timestamp bigint,
  id varchar(255),
  properties jsonb
);

CREATE TABLE {{schema}}.clickstream_log (
  id varchar(256),
  log_name varchar(50),
  log_level varchar(10),
  log_msg varchar(256),
  log_date timestamp DEFAULT (clock_timestamp() AT TIME ZONE 'utc')
);

-- Materialized, not plain views: the upgraded pipeline no longer refreshes them, so they go stale.
CREATE MATERIALIZED VIEW {{schema}}.user_m_view AS
SELECT DISTINCT ON (user_pseudo_id) *
FROM {{schema}}."user"
ORDER BY user_pseudo_id, event_timestamp DESC;

CREATE MATERIALIZED VIEW {{schema}}.item_m_view AS
SELECT DISTINCT ON (id) *
FROM {{schema}}.item
ORDER BY id, event_timestamp DESC;

-- What the clean-up drops by name and argument types; their work itself is no part of the upgrade.
CREATE PROCEDURE {{schema}}.sp_clear_expired_events(retention_range_days integer)
LANGUAGE plpgsql AS $procedure$
DECLARE
  oldest_kept bigint;
BEGIN
  SELECT max(event_timestamp) - retention_range_days * 86400000::bigint INTO oldest_kept FROM {{schema}}.event;
  DELETE FROM {{schema}}.event_parameter WHERE event_timestamp < oldest_kept;
  DELETE FROM {{schema}}.event WHERE event_timestamp < oldest_kept;
END
$procedure$;

-- Loses every row of a key that has more than one, as the legacy procedure does: expect such holes.
CREATE PROCEDURE {{schema}}.sp_clear_item_and_user()
LANGUAGE plpgsql AS $procedure$
BEGIN
  DELETE FROM {{schema}}.item
  WHERE id IN (SELECT id FROM {{schema}}.item GROUP BY id HAVING count(*) > 1);
  DELETE FROM {{schema}}."user"
  WHERE user_id IN (SELECT user_id FROM {{schema}}."user" GROUP BY user_id HAVING count(*) > 1);
END
$procedure$;

-- From 1.0 to 1.1, where nothing of that way is left to do.
CREATE PROCEDURE {{schema}}.sp_migrate_ods_events_1_0_to_1_1()
LANGUAGE plpgsql AS $procedure$
BEGIN
  NULL;
END
$procedure$;

-- The daily scan's older overload, which stays beside the one that the pipeline upgrade brings.
CREATE PROCEDURE {{schema}}.sp_scan_metadata(top_frequent_properties_limit numeric, start_date date, end_date date)
LANGUAGE plpgsql AS $procedure$
BEGIN
  NULL;
END
$procedure$;
