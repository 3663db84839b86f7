-- name: clean-up/dependents
-- purpose: which views, of whatever schema, are made of the relations of the app's schema
-- parameters: schema (text)
-- source: system catalog tables: a view's rule depends on what the view reads. Late-binding views leave no trace there
--         (Redshift Developer Guide, CREATE VIEW)
SELECT DISTINCT
  CAST(vn.nspname AS varchar) AS view_schema,
  CAST(v.relname AS varchar) AS view_name,
  CAST(t.relname AS varchar) AS relation
FROM pg_depend d
JOIN pg_class t ON t.oid = d.refobjid
JOIN pg_namespace tn ON tn.oid = t.relnamespace
JOIN pg_rewrite r ON r.oid = d.objid
JOIN pg_class v ON v.oid = r.ev_class
JOIN pg_namespace vn ON vn.oid = v.relnamespace
WHERE tn.nspname = lower(:schema) AND v.oid <> t.oid AND v.relkind IN ('v', 'm')
