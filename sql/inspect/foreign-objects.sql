-- name: inspect/foreign-objects
-- purpose: tables and views in the apps' schemas that belong to somebody else: the solution's own update of the schema
--          cannot replace what it does not own
-- parameters: schemas (text; the apps' schemas in lower case with a comma before, between and after: `,app1,app2,`)
-- source: system catalog tables; the solution's issue 172
SELECT n.nspname AS schema_name, c.relname AS object_name, pg_get_userbyid(c.relowner) AS owner
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm')
  AND strpos(:schemas, ',' || n.nspname || ',') > 0
  AND pg_get_userbyid(c.relowner) <> current_user
ORDER BY 1, 2
LIMIT 50
