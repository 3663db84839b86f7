-- name: check/identity
-- purpose: the database user under which the statements run
-- parameters: none
-- source: Redshift Developer Guide, CURRENT_USER
SELECT CAST(current_user AS varchar) AS name
