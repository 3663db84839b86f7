-- name: migration/moment
-- purpose: the database's own time (what log rows are compared with), the session's time-out, and whether the
--          trace table exists yet: sp_migrate_event_to_v2 makes it at its first call
-- parameters: schema (text)
-- source: Redshift Developer Guide: GETDATE, statement_timeout; system catalog tables
SELECT
  CAST(EXTRACT(epoch FROM getdate()) AS bigint) AS now_seconds,
  current_setting('statement_timeout') AS statement_timeout,
  (
    SELECT count(*)
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = lower(:schema) AND c.relname = 'tmp_backfill_trace'
  ) AS trace_tables
