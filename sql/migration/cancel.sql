-- name: migration/cancel
-- purpose: ends a statement of the same database user; CancelStatement is not among the Data API role's permissions
-- parameters: pid (integer)
-- source: Redshift Developer Guide, PG_CANCEL_BACKEND
SELECT pg_cancel_backend(CAST(:pid AS integer)) AS sent
