-- name: udf/probe-begin
-- purpose: makes the schema in which the Lambda UDF is tried out; nothing of the customer's is in it
-- parameters: {{schema}}
-- source: Redshift Developer Guide, CREATE SCHEMA
CREATE SCHEMA IF NOT EXISTS {{schema}}
