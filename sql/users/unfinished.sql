-- name: users/unfinished
-- purpose: rows of user_v2 that a migration began and did not finish
-- parameters: {{schema}}
-- source: the solution stamps process_info with backfill_start_time first and backfill_end_time last
SELECT count(*) AS unfinished
FROM {{schema}}.user_v2 t
WHERE t.process_info IS NOT NULL
  AND json_extract_path_text(json_serialize(t.process_info), 'backfill_start_time') <> ''
  AND coalesce(json_extract_path_text(json_serialize(t.process_info), 'backfill_end_time'), '') = ''
