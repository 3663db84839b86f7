-- name: events/remaining
-- purpose: legacy events that are not in the new table yet, by UTC day; no row means that the events are migrated
-- parameters: {{schema}}, cutoff_ms (bigint)
-- source: the migration procedure's own done-predicate (event_id of the window absent from event_v2)
SELECT
  (e.event_timestamp / 86400000) * 86400000 AS day_ms,
  count(*) AS events,
  max(e.event_timestamp) AS newest_ms
FROM {{schema}}.event e
WHERE e.event_timestamp >= CAST(:cutoff_ms AS bigint)
  AND NOT EXISTS (SELECT 1 FROM {{schema}}.event_v2 v WHERE v.event_id = e.event_id)
GROUP BY 1
ORDER BY 1
