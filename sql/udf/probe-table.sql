-- name: udf/probe-table
-- purpose: rows to call the functions on: a list, none, and one with three-byte characters
-- parameters: {{schema}}
-- source: Redshift Developer Guide, CREATE TABLE AS
CREATE TABLE {{schema}}.probe_rows AS
SELECT 1 AS id, '[{"a":1},{"b":"x"}]'::varchar(65535) AS given, NULL::varchar(65535) AS answer
UNION ALL
SELECT 2, NULL::varchar(65535), 'nobody has answered yet'
UNION ALL
SELECT 3, '[{"名":"值"}]', NULL
