-- name: parity/event-days
-- purpose: UTC days and event names whose number of events differs between the legacy and the new table
-- parameters: {{schema}}, cutoff_ms (bigint)
-- source: event_time_msec keeps the legacy event_timestamp to the millisecond
SELECT count(*) AS different_days
FROM (
  SELECT (e.event_timestamp / 86400000) AS day_number, e.event_name, count(DISTINCT e.event_id) AS events
  FROM {{schema}}.event e
  WHERE e.event_timestamp >= CAST(:cutoff_ms AS bigint)
  GROUP BY 1, 2
) l
LEFT JOIN (
  SELECT (v.event_time_msec / 86400000) AS day_number, v.event_name, count(DISTINCT v.event_id) AS events
  FROM {{schema}}.event_v2 v
  WHERE v.event_id IN (
    SELECT w.event_id FROM {{schema}}.event w WHERE w.event_timestamp >= CAST(:cutoff_ms AS bigint)
  )
  GROUP BY 1, 2
) n ON n.day_number = l.day_number AND n.event_name = l.event_name
WHERE coalesce(n.events, 0) <> l.events
