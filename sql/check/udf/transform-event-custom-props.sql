-- name: check/udf/transform-event-custom-props
-- purpose: probes the function transform_event_custom_props with a harmless call
-- parameters: {{schema}}
-- source: the solution's user-defined functions are written in Python, which Redshift has ended (AWS: no new ones since
--         November 2025, existing ones unsupported after June 2026)
SELECT {{schema}}.transform_event_custom_props('{"a":{"type":"number","value":"1"}}') AS answer
