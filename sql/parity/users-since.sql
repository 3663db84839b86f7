-- name: parity/users-since
-- purpose: legacy users of a time that are missing in the new table. Older ones may have been expired there
-- parameters: {{schema}}, cutoff_ms (bigint)
-- source: the solution's user_v2 and sp_clear_expired_data
SELECT count(DISTINCT m.user_pseudo_id) AS missing_users
FROM {{schema}}.user_m_view m
WHERE m.user_pseudo_id IS NOT NULL
  AND m.event_timestamp >= CAST(:cutoff_ms AS bigint)
  AND NOT EXISTS (SELECT 1 FROM {{schema}}.user_v2 u WHERE u.user_pseudo_id = m.user_pseudo_id)
