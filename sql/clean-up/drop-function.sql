-- name: clean-up/drop-function
-- purpose: drops a function that only the migration needs; it is there, there is no IF EXISTS
-- parameters: {{schema}}, {{name}}, {{arguments}}
-- source: Redshift Developer Guide, DROP FUNCTION
DROP FUNCTION {{schema}}.{{name}}({{arguments}}) RESTRICT
