-- name: parity/base-view
-- purpose: the base view holds exactly the new events of the window, with their sessions; and how many of them no metric
--          will show, because their user is missing
-- parameters: {{schema}}, {{from}}, {{to}}
-- source: the solution's clickstream_event_base_view and clickstream_event_view_v3
SELECT
  (
    SELECT count(*)
    FROM (
      SELECT DISTINCT v.event_id, v.event_timestamp
      FROM {{schema}}.event_v2 v
      WHERE v.event_timestamp >= {{from}} AND v.event_timestamp < {{to}}
    ) e
    WHERE NOT EXISTS (
      SELECT 1
      FROM {{schema}}.clickstream_event_base_view b
      WHERE b.event_id = e.event_id AND b.event_timestamp = e.event_timestamp
    )
  ) AS missing_rows,
  (
    SELECT count(*) - count(DISTINCT b.event_id || ' ' || CAST(b.event_timestamp AS varchar))
    FROM {{schema}}.clickstream_event_base_view b
    WHERE b.event_timestamp >= {{from}} AND b.event_timestamp < {{to}}
  ) AS doubled_rows,
  (
    SELECT count(*)
    FROM {{schema}}.clickstream_event_base_view b
    JOIN {{schema}}.session s ON s.user_pseudo_id = b.user_pseudo_id AND s.session_id = b.session_id
    WHERE b.event_timestamp >= {{from}}
      AND b.event_timestamp < {{to}}
      AND b.session_start_time_msec IS NULL
      AND s.session_start_time_msec IS NOT NULL
  ) AS without_session_start,
  (
    SELECT count(*)
    FROM {{schema}}.clickstream_event_base_view b
    WHERE b.event_timestamp >= {{from}}
      AND b.event_timestamp < {{to}}
      AND NOT EXISTS (SELECT 1 FROM {{schema}}.user_v2 u WHERE u.user_pseudo_id = b.user_pseudo_id)
  ) AS hidden_rows
