-- name: inspect/objects
-- purpose: legacy objects, new tables and Python functions that the schemas of the project's database have
-- parameters: none
-- source: system catalog tables; the solution's upgrade guide names the legacy objects to drop
SELECT n.nspname AS schema_name, c.relname AS object_name
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm')
  AND c.relname IN ('event', 'event_parameter', 'user', 'item', 'event_v2')
UNION ALL
SELECT n.nspname AS schema_name, p.proname AS object_name
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.proname IN (
  'rm_object_props',
  'sp_migrate_event_to_v2',
  'sp_migrate_item_to_v2',
  'sp_migrate_data_to_v2',
  'sp_migrate_user_to_v2',
  'sp_migrate_session_to_v2',
  'sp_clear_expired_events',
  'sp_clear_item_and_user'
)
