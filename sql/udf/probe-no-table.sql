-- name: udf/probe-no-table
-- purpose: drops the rows of a probe that was interrupted
-- parameters: {{schema}}
-- source: Redshift Developer Guide, DROP TABLE
DROP TABLE IF EXISTS {{schema}}.probe_rows
