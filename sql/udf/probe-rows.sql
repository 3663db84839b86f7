-- name: udf/probe-rows
-- purpose: what the functions answered in tables, and to literals
-- parameters: {{schema}}
-- source: Redshift Developer Guide, a scalar function may stand wherever an expression may
SELECT 'row ' || CAST(id AS varchar) AS asked, answer FROM {{schema}}.probe_rows
UNION ALL
SELECT 'convert_json_list', {{schema}}.convert_json_list('{"k":{"value":"v","type":"string"}}')
UNION ALL
SELECT 'parse_utm_from_url', {{schema}}.parse_utm_from_url('https://example.com/a?utm_source=probe', NULL, NULL)
UNION ALL
SELECT 'transform_user_custom_props', {{schema}}.transform_user_custom_props('{"n":{"type":"boolean","value":"true","set_time_msec":1}}')
UNION ALL
SELECT 'null', {{schema}}.transform_event_custom_props(NULL)
