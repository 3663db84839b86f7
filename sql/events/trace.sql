-- name: events/trace
-- purpose: batches that were begun and not finished
-- parameters: {{schema}}
-- source: the solution's tmp_backfill_trace; status is 'start' or 'done'
SELECT count(*) AS open_rows, min(min_event_timestamp) AS oldest_ms, max(max_event_timestamp) AS newest_ms
FROM {{schema}}.tmp_backfill_trace
WHERE status <> 'done'
