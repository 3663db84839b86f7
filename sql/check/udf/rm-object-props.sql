-- name: check/udf/rm-object-props
-- purpose: probes the function rm_object_props with a harmless call
-- parameters: {{schema}}
-- source: the solution's user-defined functions are written in Python, which Redshift has ended (AWS: no new ones since
--         November 2025, existing ones unsupported after June 2026)
SELECT {{schema}}.rm_object_props('{"a":1,"b":2}', 'b') AS answer
