-- name: check/objects
-- purpose: tables, views, procedures and functions of the app's schema, with their owners
-- parameters: schema (text)
-- source: system catalog tables; Redshift folds identifiers to lower case
SELECT 'relation' AS kind, c.relname AS name, pg_get_userbyid(c.relowner) AS owner
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = lower(:schema)
UNION ALL
SELECT 'routine' AS kind, p.proname AS name, pg_get_userbyid(p.proowner) AS owner
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = lower(:schema)
