-- name: clean-up/drop-table-cascade
-- purpose: drops a legacy table and the views that customers made of it, as the input asks for
-- parameters: {{schema}}, {{name}}
-- source: Redshift Developer Guide, DROP TABLE
DROP TABLE IF EXISTS {{schema}}.{{name}} CASCADE
