-- name: udf/create-function
-- purpose: declares a Lambda UDF in the place of one of the solution's Python functions
-- parameters: {{schema}}, {{name}}, {{arguments}}, {{function}}, {{role}}, {{batch}}
-- source: Redshift Developer Guide, CREATE EXTERNAL FUNCTION. STABLE as the replaced one: one call a statement for equal
--         arguments. RETRY_TIMEOUT in milliseconds: how long throttled calls are repeated before the statement fails.
CREATE OR REPLACE EXTERNAL FUNCTION {{schema}}.{{name}} ({{arguments}})
RETURNS varchar(65535)
STABLE
LAMBDA {{function}}
IAM_ROLE {{role}}
RETRY_TIMEOUT 600000
{{batch}}
