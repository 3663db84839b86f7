-- name: check/udf/combine-json-list
-- purpose: probes the function combine_json_list with a harmless call
-- parameters: {{schema}}
-- source: the solution's user-defined functions are written in Python, which Redshift has ended (AWS: no new ones since
--         November 2025, existing ones unsupported after June 2026)
SELECT {{schema}}.combine_json_list('[{"a":1},{"b":2}]') AS answer
