-- name: parity/metrics
-- purpose: local days whose number of events in the recalculated metrics differs from the events the dashboards read
-- parameters: {{schema}}, {{from}}, {{to}} (UTC bounds of whole local days), timezone (text)
-- source: the solution's clickstream_engagement_day_event_view and clickstream_event_view_v3
SELECT
  count(*) AS days,
  coalesce(sum(CASE WHEN coalesce(m.events, 0) <> v.events THEN 1 ELSE 0 END), 0) AS different_days
FROM (
  SELECT CAST(CONVERT_TIMEZONE(:timezone, event_timestamp) AS date) AS local_day, count(DISTINCT event_id) AS events
  FROM {{schema}}.clickstream_event_view_v3
  WHERE event_timestamp >= {{from}} AND event_timestamp < {{to}}
  GROUP BY 1
) v
LEFT JOIN (
  SELECT event_date, sum(event_count) AS events
  FROM {{schema}}.clickstream_engagement_day_event_view
  GROUP BY event_date
) m ON m.event_date = v.local_day
