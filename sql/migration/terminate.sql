-- name: migration/terminate
-- purpose: ends the session of a statement that did not react to a cancel
-- parameters: pid (integer)
-- source: Redshift Developer Guide, PG_TERMINATE_BACKEND
SELECT pg_terminate_backend(CAST(:pid AS integer)) AS sent
