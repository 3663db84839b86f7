-- name: inspect/histogram
-- purpose: legacy events from the cutoff on, by UTC day
-- parameters: {{schema}}, cutoff_ms (bigint)
-- source: the legacy event table; event_timestamp is in milliseconds
SELECT (event_timestamp / 86400000) * 86400000 AS day_ms, count(*) AS events
FROM {{schema}}.event
WHERE event_timestamp >= CAST(:cutoff_ms AS bigint)
GROUP BY 1
ORDER BY 1
