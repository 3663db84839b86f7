-- name: inspect/python-call
-- purpose: second statement of the probe of Python functions: does it answer?
-- parameters: {{schema}}, {{name}}
-- source: see inspect/python-create
SELECT {{schema}}.{{name}} () AS answer
