-- name: check/float-only
-- purpose: custom parameters that have a float value and nothing else: the migration turns them into null, on which its
--          transforming function fails
-- parameters: {{schema}}, cutoff_ms (bigint)
-- source: the solution's transform_event_custom_props; the legacy loader never writes float values
SELECT count(*) AS found
FROM {{schema}}.event_parameter p
WHERE p.event_timestamp >= CAST(:cutoff_ms AS bigint)
  AND p.event_param_float_value IS NOT NULL
  AND p.event_param_string_value IS NULL
  AND p.event_param_double_value IS NULL
  AND p.event_param_int_value IS NULL
