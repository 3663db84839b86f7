-- name: metrics/status
-- purpose: when the metrics were last recalculated by hand, and when the base view was last refreshed by explicit range
-- parameters: {{schema}}
-- source: the refresh workflow writes a row 'MANUALLY' into refresh_mv_sp_status after its last procedure; it can
--         succeed without doing anything, so nothing less is proof
SELECT
  (
    SELECT CAST(EXTRACT(epoch FROM max(log_date)) AS bigint)
    FROM {{schema}}.refresh_mv_sp_status
    WHERE triggerred_by = 'MANUALLY'
  ) AS recalculated_seconds,
  (
    SELECT CAST(EXTRACT(epoch FROM max(log_date)) AS bigint)
    FROM {{schema}}.clickstream_log_v2
    WHERE log_name = 'clickstream_event_base_view' AND log_msg LIKE 'refresh with custom time range:%'
  ) AS refreshed_seconds,
  CAST(EXTRACT(epoch FROM getdate()) AS bigint) AS now_seconds
