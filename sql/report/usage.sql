-- name: report/usage
-- purpose: RPU-seconds that a serverless warehouse was charged for while it was worked on; NULL where nothing is shown
-- parameters: from_ms, to_ms (bigint)
-- source: Redshift Developer Guide, SYS_SERVERLESS_USAGE: a row a minute, kept for seven days, charged when a transaction
--         ends, visible to superusers and to members of the role sys:monitor
SELECT sum(charged_seconds) AS charged_seconds, count(*) AS minutes
FROM sys_serverless_usage
WHERE start_time >= TIMESTAMP 'epoch' + (CAST(:from_ms AS bigint) / 1000) * INTERVAL '1 second'
  AND start_time < TIMESTAMP 'epoch' + (CAST(:to_ms AS bigint) / 1000) * INTERVAL '1 second'
