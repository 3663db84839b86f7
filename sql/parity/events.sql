-- name: parity/events
-- purpose: every legacy event from the cutoff on is there, and none more often than in the legacy table
-- parameters: {{schema}}, cutoff_ms (bigint)
-- source: the migration copies every legacy row of a candidate event_id, duplicates included
SELECT
  coalesce(sum(l.legacy_rows), 0) AS legacy_rows,
  count(*) AS legacy_ids,
  coalesce(sum(CASE WHEN v.v2_rows IS NULL THEN 1 ELSE 0 END), 0) AS missing_ids,
  coalesce(sum(v.v2_rows), 0) AS v2_rows,
  coalesce(sum(CASE WHEN v.v2_rows > l.legacy_rows THEN v.v2_rows - l.legacy_rows ELSE 0 END), 0) AS excess_rows,
  coalesce(sum(CASE WHEN v.wrong_times > 0 THEN 1 ELSE 0 END), 0) AS wrong_times
FROM (
  SELECT a.event_id, count(*) AS legacy_rows
  FROM {{schema}}.event a
  WHERE a.event_id IN (
    SELECT w.event_id FROM {{schema}}.event w WHERE w.event_timestamp >= CAST(:cutoff_ms AS bigint)
  )
  GROUP BY a.event_id
) l
LEFT JOIN (
  SELECT
    event_id,
    count(*) AS v2_rows,
    sum(
      CASE
        WHEN event_timestamp <> TIMESTAMP 'epoch' + (event_time_msec / 1000) * INTERVAL '1 second' THEN 1
        ELSE 0
      END
    ) AS wrong_times
  FROM {{schema}}.event_v2
  GROUP BY event_id
) v ON v.event_id = l.event_id
