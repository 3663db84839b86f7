-- name: base-view/log
-- purpose: ranges that have been refreshed since the sessions were migrated, and errors in between
-- parameters: {{schema}}, since_seconds (bigint)
-- source: the procedure logs under the name clickstream_event_base_view, in the transaction of its merge: a row that is
--         there proves that its range was committed
SELECT id, log_level, log_msg, CAST(EXTRACT(epoch FROM log_date) AS bigint) AS at_seconds
FROM {{schema}}.clickstream_log_v2
WHERE log_name = 'clickstream_event_base_view'
  AND log_date >= TIMESTAMP 'epoch' + CAST(:since_seconds AS bigint) * INTERVAL '1 second'
ORDER BY log_date, id
