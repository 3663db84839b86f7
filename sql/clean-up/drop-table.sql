-- name: clean-up/drop-table
-- purpose: drops a legacy table; refused by the database itself while anything depends on it
-- parameters: {{schema}}, {{name}}
-- source: Redshift Developer Guide, DROP TABLE
DROP TABLE IF EXISTS {{schema}}.{{name}} RESTRICT
