-- name: clean-up/identity
-- purpose: as whom the drops run: the owner of an object, or a superuser, may drop it
-- parameters: none
-- source: Redshift Developer Guide, DROP TABLE, DROP PROCEDURE (required privileges), PG_USER
SELECT
  CAST(current_user AS varchar) AS name,
  (SELECT count(*) FROM pg_user u WHERE u.usename = current_user AND u.usesuper = true) AS superuser
