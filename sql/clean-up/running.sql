-- name: clean-up/running
-- purpose: calls under way that read or write the legacy tables. An ordinary user sees its own statements only, which
--          includes everything the solution itself runs
-- parameters: migration (text), expiry (text), items (text): each a blank and the app's schema and a dot and how the
--            procedures' names begin
-- source: Redshift Developer Guide, SYS_QUERY_HISTORY
SELECT
  CAST(query_text AS varchar(200)) AS query_text,
  CAST(elapsed_time / 1000000 AS bigint) AS elapsed_seconds
FROM sys_query_history
WHERE status IN ('running', 'queued')
  AND query_text NOT LIKE '%clickstream-upgrade clean-up/%'
  AND (
    strpos(replace(lower(query_text), '"', ''), :migration) > 0
    OR strpos(replace(lower(query_text), '"', ''), :expiry) > 0
    OR strpos(replace(lower(query_text), '"', ''), :items) > 0
  )
LIMIT 20
