-- name: clean-up/drop-view
-- purpose: drops a view of the old dashboards
-- parameters: {{schema}}, {{name}}
-- source: Redshift Developer Guide, DROP VIEW
DROP VIEW IF EXISTS {{schema}}.{{name}} RESTRICT
