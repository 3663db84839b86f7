-- name: udf/probe-update
-- purpose: calls a function once a row, inside UPDATE, as the migration does
-- parameters: {{schema}}
-- source: Redshift Developer Guide, UPDATE
UPDATE {{schema}}.probe_rows SET answer = {{schema}}.combine_json_list(given)
