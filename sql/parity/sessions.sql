-- name: parity/sessions
-- purpose: one row for every session of the new events. A session twice is deleted by the solution's expiry
-- parameters: {{schema}}
-- source: the solution's session table, keyed by user_pseudo_id and session_id
SELECT
  (
    SELECT count(*)
    FROM (
      SELECT DISTINCT v.user_pseudo_id, v.session_id FROM {{schema}}.event_v2 v WHERE v.session_id IS NOT NULL
    ) e
    WHERE NOT EXISTS (
      SELECT 1
      FROM {{schema}}.session s
      WHERE s.user_pseudo_id = e.user_pseudo_id AND s.session_id = e.session_id
    )
  ) AS missing_sessions,
  (
    SELECT count(*)
    FROM (
      SELECT user_pseudo_id, session_id
      FROM {{schema}}.session
      GROUP BY user_pseudo_id, session_id
      HAVING count(*) > 1
    ) d
  ) AS doubled_sessions
