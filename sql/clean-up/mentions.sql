-- name: clean-up/mentions
-- purpose: definitions of views that name the app's schema: late-binding views are bound to nothing, only their text tells
--          what they read
-- parameters: needle (text): the schema in lower case and a dot
-- source: Redshift Developer Guide, PG_VIEWS and CREATE VIEW (WITH NO SCHEMA BINDING)
SELECT
  CAST(schemaname AS varchar) AS view_schema,
  CAST(viewname AS varchar) AS view_name,
  CAST(definition AS varchar(65535)) AS definition
FROM pg_views
WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'pg_internal')
  AND strpos(replace(lower(definition), '"', ''), :needle) > 0
