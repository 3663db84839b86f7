-- name: inspect/python-undo
-- purpose: last statement of the probe of Python functions: fails always, so that the transaction is rolled back
-- parameters: none
-- source: see inspect/python-create
SELECT CAST('rolled back on purpose' AS integer) AS never
