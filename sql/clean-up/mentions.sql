-- name: clean-up/mentions
-- purpose: definitions of views that name the app's schema: late-binding views are bound to nothing, only their text tells
--          what they read. The text of the system's own views is not even made: the condition on it would be the first
--          to be asked
-- parameters: needle (text): the schema in lower case and a dot
-- source: Redshift Developer Guide, PG_VIEWS and CREATE VIEW (WITH NO SCHEMA BINDING)
SELECT
  CAST(schemaname AS varchar) AS view_schema,
  CAST(viewname AS varchar) AS view_name,
  CAST(definition AS varchar(65535)) AS definition
FROM pg_views
WHERE strpos(
    replace(
      lower(CASE WHEN schemaname IN ('pg_catalog', 'information_schema', 'pg_internal') THEN '' ELSE definition END),
      '"', ''
    ),
    :needle
  ) > 0
