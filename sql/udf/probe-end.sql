-- name: udf/probe-end
-- purpose: drops the schema in which the Lambda UDF was tried out, with everything in it
-- parameters: {{schema}}
-- source: Redshift Developer Guide, DROP SCHEMA
DROP SCHEMA IF EXISTS {{schema}} CASCADE
