-- name: parity/parameters
-- purpose: events whose parameters were carried over: those with a session parameter have a session
-- parameters: {{schema}}, cutoff_ms (bigint)
-- source: the parameter steps run after the insert; rows that miss them carry no session_id
SELECT
  (
    SELECT count(DISTINCT p.event_id)
    FROM {{schema}}.event_parameter p
    WHERE p.event_param_key = '_session_id'
      AND coalesce(p.event_param_string_value, '') <> ''
      AND p.event_id IN (
        SELECT w.event_id FROM {{schema}}.event w WHERE w.event_timestamp >= CAST(:cutoff_ms AS bigint)
      )
  ) AS legacy_with_session,
  (
    SELECT count(DISTINCT v.event_id)
    FROM {{schema}}.event_v2 v
    WHERE v.session_id IS NOT NULL
      AND v.event_id IN (
        SELECT w.event_id FROM {{schema}}.event w WHERE w.event_timestamp >= CAST(:cutoff_ms AS bigint)
      )
  ) AS v2_with_session
