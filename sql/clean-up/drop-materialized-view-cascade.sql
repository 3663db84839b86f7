-- name: clean-up/drop-materialized-view-cascade
-- purpose: drops a materialized view of the old data model and the views that customers made of it, as the input asks for
-- parameters: {{schema}}, {{name}}
-- source: Redshift Developer Guide, DROP MATERIALIZED VIEW
DROP MATERIALIZED VIEW IF EXISTS {{schema}}.{{name}} CASCADE
