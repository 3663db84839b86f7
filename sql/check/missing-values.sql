-- name: check/missing-values
-- purpose: legacy events without a value that the new table demands: one such row blocks its whole batch
-- parameters: {{schema}}, cutoff_ms (bigint)
-- source: NOT NULL columns of event_v2; legacy columns are all nullable
SELECT
  coalesce(sum(CASE WHEN e.event_id IS NULL THEN 1 ELSE 0 END), 0) AS event_id,
  coalesce(sum(CASE WHEN e.event_name IS NULL THEN 1 ELSE 0 END), 0) AS event_name,
  coalesce(sum(CASE WHEN e.project_id IS NULL THEN 1 ELSE 0 END), 0) AS project_id,
  coalesce(sum(CASE WHEN e.user_pseudo_id IS NULL THEN 1 ELSE 0 END), 0) AS user_pseudo_id,
  coalesce(
    sum(
      CASE
        WHEN coalesce(json_extract_path_text(json_serialize(e.app_info), 'app_id'), '') = '' THEN 1
        ELSE 0
      END
    ),
    0
  ) AS app_id
FROM {{schema}}.event e
WHERE e.event_timestamp >= CAST(:cutoff_ms AS bigint)
