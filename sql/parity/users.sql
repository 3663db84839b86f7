-- name: parity/users
-- purpose: every legacy user is there, each once. A user twice would multiply every metric
-- parameters: {{schema}}
-- source: the solution's user_v2 and clickstream_event_view_v3 (inner join on user_pseudo_id)
SELECT
  (
    SELECT count(DISTINCT m.user_pseudo_id)
    FROM {{schema}}.user_m_view m
    WHERE m.user_pseudo_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM {{schema}}.user_v2 u WHERE u.user_pseudo_id = m.user_pseudo_id)
  ) AS missing_users,
  (
    SELECT count(*)
    FROM (SELECT user_pseudo_id FROM {{schema}}.user_v2 GROUP BY user_pseudo_id HAVING count(*) > 1) d
  ) AS doubled_users
