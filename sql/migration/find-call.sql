-- name: migration/find-call
-- purpose: a call whose id is not known (any more), by the token in its comment
-- parameters: pattern (text): LIKE pattern with the token
-- source: Redshift Developer Guide, SYS_QUERY_HISTORY. Whether the comment of a CALL survives in query_text can only
--         be told on a real warehouse (docs/first-deploy.md)
SELECT
  status,
  error_message,
  CAST(elapsed_time / 1000 AS bigint) AS elapsed_ms,
  session_id
FROM sys_query_history
WHERE query_text LIKE :pattern AND query_text NOT LIKE '%clickstream-upgrade migration/find-call%'
ORDER BY start_time DESC
LIMIT 1
