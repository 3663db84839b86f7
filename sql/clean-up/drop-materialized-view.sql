-- name: clean-up/drop-materialized-view
-- purpose: drops a materialized view of the old data model
-- parameters: {{schema}}, {{name}}
-- source: Redshift Developer Guide, DROP MATERIALIZED VIEW
DROP MATERIALIZED VIEW IF EXISTS {{schema}}.{{name}} RESTRICT
