-- name: inspect/dependants
-- purpose: views that stand on objects which the upgrade or the clean-up drops with CASCADE; late-binding ones, which
--          no catalog knows by their dependencies, by their text
-- parameters: schemas (text; the apps' schemas in lower case with a comma before, between and after: `,app1,app2,`)
-- source: system catalog tables; Redshift Developer Guide, CREATE VIEW, late-binding views. The dropped views and
--         materialized views are those of the solution's releases before 1.1.6.
SELECT DISTINCT
  vn.nspname AS schema_name,
  v.relname AS view_name,
  tn.nspname || '.' || t.relname AS stands_on
FROM pg_depend d
JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = CAST('pg_rewrite' AS regclass)
JOIN pg_class v ON v.oid = r.ev_class
JOIN pg_namespace vn ON vn.oid = v.relnamespace
JOIN pg_class t ON t.oid = d.refobjid
JOIN pg_namespace tn ON tn.oid = t.relnamespace
WHERE v.oid <> t.oid
  AND t.relkind IN ('r', 'v', 'm')
  AND strpos(:schemas, ',' || tn.nspname || ',') > 0
UNION
SELECT l.schemaname AS schema_name, l.viewname AS view_name, tn.nspname || '.' || t.relname AS stands_on
FROM pg_views l
JOIN pg_class t ON t.relkind IN ('r', 'v', 'm')
JOIN pg_namespace tn ON tn.oid = t.relnamespace
WHERE strpos(:schemas, ',' || tn.nspname || ',') > 0
  AND lower(l.definition) LIKE '%no schema binding%'
  AND lower(replace(l.definition, '"', '')) ~ (tn.nspname || '[.]' || t.relname || '([^a-z0-9_]|$)')
