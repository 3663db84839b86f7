-- name: check/wrong-numbers
-- purpose: values that cannot be cast to the whole number their column wants: one such row blocks its whole batch
-- parameters: {{schema}}, cutoff_ms (bigint)
-- source: bigint columns of event_v2 that are filled from parameters; text wins over double wins over int
SELECT p.event_param_key AS name, count(*) AS found
FROM {{schema}}.event_parameter p
WHERE p.event_timestamp >= CAST(:cutoff_ms AS bigint)
  AND p.event_param_key IN (
    '_previous_timestamp',
    '_engagement_time_msec',
    '_session_start_timestamp',
    '_session_duration',
    '_session_number'
  )
  AND (
    (p.event_param_string_value IS NOT NULL AND p.event_param_string_value !~ '^[ ]*[-+]?[0-9]+[ ]*$')
    OR (
      p.event_param_string_value IS NULL
      AND p.event_param_double_value IS NOT NULL
      AND p.event_param_double_value <> floor(p.event_param_double_value)
    )
  )
GROUP BY p.event_param_key
ORDER BY p.event_param_key
