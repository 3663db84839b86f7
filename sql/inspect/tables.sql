-- name: inspect/tables
-- purpose: apps of the project's database that still have a legacy event table
-- parameters: none
-- source: system catalog tables
SELECT n.nspname AS schema_name, c.relname AS table_name
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname IN ('event', 'event_v2', 'ods_events')
