-- name: inspect/python-create
-- purpose: first statement of the probe of Python functions: is a new one taken?
-- parameters: {{schema}}, {{name}}
-- source: Redshift has ended Python functions (AWS: no new ones since November 2025). The three statements of the probe
--         are one transaction whose last one always fails, so nothing of it stays.
CREATE FUNCTION {{schema}}.{{name}} () RETURNS varchar STABLE AS $$ return 'alive' $$ LANGUAGE plpythonu
