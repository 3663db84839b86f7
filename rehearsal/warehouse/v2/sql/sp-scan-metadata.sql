-- sp_scan_metadata: the daily scan for the console's pickers: names, types and most frequent values of properties.
-- Source: Clickstream Analytics on AWS 1.1.6, its three calls of convert_json_list: parameters of events, of the window or
-- of all, and properties of all users, each where its text is below 50,000 characters.
-- Atomic, and swallows every error: a failing function rolls the whole scan back and leaves one row in the log.
CREATE OR REPLACE PROCEDURE {{schema}}.sp_scan_metadata(
  top_frequent_properties_limit numeric,
  end_timestamp timestamp,
  start_timestamp timestamp
)
LANGUAGE plpgsql AS $$
BEGIN
  DROP TABLE IF EXISTS {{schema}}.event_parameter_metadata, {{schema}}.user_attribute_metadata;
  CREATE UNLOGGED TABLE {{schema}}.event_parameter_metadata (
    event_name varchar(255), property_name varchar(255), value_type varchar(255), property_value varchar(255),
    property_count bigint
  );
  CREATE UNLOGGED TABLE {{schema}}.user_attribute_metadata (
    property_name varchar(255), value_type varchar(255), property_value varchar(255), property_count bigint
  );

  IF start_timestamp IS NULL THEN
    INSERT INTO {{schema}}.event_parameter_metadata
    SELECT e.event_name, p ->> 'key', p ->> 'type', p ->> 'value', count(*)
    FROM {{schema}}.event_v2 e
    CROSS JOIN LATERAL jsonb_array_elements(
      public.json_parse({{schema}}.convert_json_list(public."json_serialize"(e.custom_parameters)))) p
    WHERE e.event_timestamp < end_timestamp
      AND e.custom_parameters IS NOT NULL AND public.len(e.custom_parameters_json_str) < 50000
    GROUP BY 1, 2, 3, 4;
  ELSE
    INSERT INTO {{schema}}.event_parameter_metadata
    SELECT e.event_name, p ->> 'key', p ->> 'type', p ->> 'value', count(*)
    FROM {{schema}}.event_v2 e
    CROSS JOIN LATERAL jsonb_array_elements(
      public.json_parse({{schema}}.convert_json_list(public."json_serialize"(e.custom_parameters)))) p
    WHERE e.event_timestamp >= start_timestamp AND e.event_timestamp < end_timestamp
      AND e.custom_parameters IS NOT NULL AND public.len(e.custom_parameters_json_str) < 50000
    GROUP BY 1, 2, 3, 4;
  END IF;

  INSERT INTO {{schema}}.user_attribute_metadata
  SELECT p ->> 'key', p ->> 'type', p ->> 'value', count(*)
  FROM {{schema}}.user_v2 u
  CROSS JOIN LATERAL jsonb_array_elements(
    public.json_parse({{schema}}.convert_json_list(public."json_serialize"(u.user_properties)))) p
  WHERE u.user_properties IS NOT NULL AND public.len(u.user_properties_json_str) < 50000
  GROUP BY 1, 2, 3;

  DELETE FROM {{schema}}.event_parameter_metadata m
  USING (
    SELECT ctid AS row_id,
      row_number() OVER (PARTITION BY event_name, property_name ORDER BY property_count DESC, property_value) AS place
    FROM {{schema}}.event_parameter_metadata
  ) ranked
  WHERE m.ctid = ranked.row_id AND ranked.place > top_frequent_properties_limit;
EXCEPTION WHEN OTHERS THEN
  CALL {{schema}}.sp_clickstream_log('sp_scan_metadata', 'error', 'error message:' || SQLERRM);
END
$$;
