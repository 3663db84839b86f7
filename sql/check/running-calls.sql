-- name: check/running-calls
-- purpose: migration and base-view calls under way, and how busy the warehouse is. An ordinary user sees its own
--          statements only, which includes everything the solution itself runs
-- parameters: needle (text): the app's quoted schema and a dot
-- source: Redshift Developer Guide, SYS_QUERY_HISTORY
SELECT
  query_text,
  session_id,
  CAST(elapsed_time / 1000000 AS bigint) AS elapsed_seconds,
  CASE
    WHEN
      strpos(query_text, :needle) > 0
      AND (query_text LIKE '%.sp_migrate_%' OR query_text LIKE '%.clickstream_event_base_view_sp%')
      THEN 1
    ELSE 0
  END AS is_call
FROM sys_query_history
WHERE status IN ('running', 'queued') AND query_text NOT LIKE '%clickstream-upgrade check/%'
LIMIT 100
