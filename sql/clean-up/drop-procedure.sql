-- name: clean-up/drop-procedure
-- purpose: drops a procedure of the old data model or of the migration; it is there, there is no IF EXISTS
-- parameters: {{schema}}, {{name}}, {{arguments}}
-- source: Redshift Developer Guide, DROP PROCEDURE
DROP PROCEDURE {{schema}}.{{name}}({{arguments}})
