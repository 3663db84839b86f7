-- name: udf/drop-function
-- purpose: drops a Python function that is in the way of its replacement
-- parameters: {{schema}}, {{name}}, {{arguments}}
-- source: Redshift Developer Guide, DROP FUNCTION: there is no IF EXISTS. Whether OR REPLACE may change a function's language
--         is not documented. Procedures find functions by name when they run, so dropping one invalidates none.
DROP FUNCTION {{schema}}.{{name}}({{arguments}})
