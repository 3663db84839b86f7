-- name: check/heavy-events
-- purpose: events whose parameters do not fit into one text of 65,535 bytes, through which the migration passes them
-- parameters: {{schema}}, cutoff_ms (bigint)
-- source: Redshift Developer Guide, LISTAGG and VARCHAR limits; 60,000 leaves room for names and punctuation
SELECT count(*) AS found, max(bytes) AS heaviest
FROM (
  SELECT
    p.event_id,
    sum(coalesce(octet_length(p.event_param_string_value), 20) + octet_length(p.event_param_key) + 30) AS bytes
  FROM {{schema}}.event_parameter p
  WHERE p.event_timestamp >= CAST(:cutoff_ms AS bigint)
  GROUP BY p.event_id
) e
WHERE bytes > 60000
