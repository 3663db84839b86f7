-- name: clean-up/objects
-- purpose: what there is in the app's schema, with owners, routines with their argument types: what is dropped is looked for
--          first, because Redshift knows no IF EXISTS for procedures and functions
-- parameters: schema (text)
-- source: system catalog tables; Redshift Developer Guide, DROP PROCEDURE and DROP FUNCTION
SELECT
  'relation' AS kind,
  CAST(c.relname AS varchar) AS name,
  CAST('' AS varchar) AS arguments,
  CAST(pg_get_userbyid(c.relowner) AS varchar) AS owner
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = lower(:schema) AND c.relkind IN ('r', 'v', 'm')
UNION ALL
SELECT
  'routine' AS kind,
  CAST(p.proname AS varchar) AS name,
  CAST(oidvectortypes(p.proargtypes) AS varchar) AS arguments,
  CAST(pg_get_userbyid(p.proowner) AS varchar) AS owner
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = lower(:schema)
