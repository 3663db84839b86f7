-- name: check/wide-values
-- purpose: parameters longer, in bytes, than the column they go to: one such row blocks its whole batch
-- parameters: {{schema}}, cutoff_ms (bigint)
-- source: column widths of event_v2; Redshift's VARCHAR(n) counts bytes
SELECT p.event_param_key AS name, count(*) AS found, max(octet_length(p.event_param_string_value)) AS widest
FROM {{schema}}.event_parameter p
WHERE p.event_timestamp >= CAST(:cutoff_ms AS bigint)
  AND octet_length(p.event_param_string_value) > CASE
    WHEN p.event_param_key IN (
      '_screen_name',
      '_screen_id',
      '_screen_unique_id',
      '_previous_screen_name',
      '_previous_screen_id',
      '_previous_screen_unique_id',
      '_session_id',
      '_error_code',
      '_sdk_version',
      '_sdk_name',
      '_previous_app_version',
      '_previous_os_version'
    ) THEN 255
    WHEN p.event_param_key IN (
      '_page_title',
      '_page_referrer_title',
      '_search_key',
      '_search_term',
      '_link_classes',
      '_link_domain',
      '_link_id',
      '_latest_referrer_host',
      '_error_message',
      '_exception_message'
    ) THEN 2048
    ELSE 65535
  END
GROUP BY p.event_param_key
ORDER BY p.event_param_key
