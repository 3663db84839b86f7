-- name: events/first-remaining
-- purpose: a few of the events that a call did not move, to tell the operator what they look like
-- parameters: {{schema}}, cutoff_ms (bigint)
-- source: as events/remaining
SELECT e.event_id, e.event_name, e.event_timestamp, e.user_pseudo_id
FROM {{schema}}.event e
WHERE e.event_timestamp >= CAST(:cutoff_ms AS bigint)
  AND NOT EXISTS (SELECT 1 FROM {{schema}}.event_v2 v WHERE v.event_id = e.event_id)
ORDER BY e.event_timestamp DESC
LIMIT 5
