-- The typed values inside user_properties and item properties: one of four is set.

CREATE OR REPLACE FUNCTION pg_temp.typed(double_value double precision, int_value bigint, string_value text, set_ms bigint)
RETURNS jsonb IMMUTABLE LANGUAGE sql
RETURN jsonb_build_object(
  'double_value', double_value, 'float_value', NULL, 'int_value', int_value, 'string_value', string_value,
  'set_timestamp_micros', set_ms * 1000);

CREATE OR REPLACE FUNCTION pg_temp.item_property(key text, double_value double precision, string_value text)
RETURNS jsonb IMMUTABLE LANGUAGE sql
RETURN jsonb_build_object('key', key, 'value', jsonb_build_object(
  'double_value', double_value, 'float_value', NULL, 'int_value', NULL, 'string_value', string_value));

CREATE OR REPLACE FUNCTION pg_temp.item_properties(id text, name text, category text, price double precision, currency text)
RETURNS jsonb IMMUTABLE LANGUAGE sql
RETURN jsonb_build_array(
  pg_temp.item_property('name', NULL, name),
  pg_temp.item_property('brand', NULL, 'Example & Söhne'),
  pg_temp.item_property('category', NULL, category),
  pg_temp.item_property('price', price, NULL),
  pg_temp.item_property('currency', NULL, currency),
  pg_temp.item_property('location_id', NULL, 'L_' || right(id, 2)),
  pg_temp.item_property('colour', NULL, 'blau'));

CREATE TEMP TABLE generated_event (
  e bigint,
  ts bigint,
  previous_ts bigint,
  position integer,
  step integer,
  s bigint,
  u bigint,
  start_ms bigint,
  session_id text,
  session_number bigint,
  is_web boolean,
  event_id text,
  event_name text
) ON COMMIT DROP;
