-- name: clean-up/drop-view-cascade
-- purpose: drops a view of the old dashboards and the views that customers made of it, as the input asks for
-- parameters: {{schema}}, {{name}}
-- source: Redshift Developer Guide, DROP VIEW
DROP VIEW IF EXISTS {{schema}}.{{name}} CASCADE
