-- name: migration/log
-- purpose: the newest rows that the five migration procedures wrote to their log, newest first. The
--          counts of its updates decide nothing, and are left out so that 200 windows fit
-- parameters: {{schema}}
-- source: the solution's clickstream_log_v2; getdate() has whole seconds, so id breaks ties within one
SELECT id, log_name, log_level, log_msg, CAST(EXTRACT(epoch FROM log_date) AS bigint) AS at_seconds
FROM {{schema}}.clickstream_log_v2
WHERE log_name IN (
  'sp_migrate_data_to_v2',
  'sp_migrate_event_to_v2',
  'sp_migrate_user_to_v2',
  'sp_migrate_item_to_v2',
  'sp_migrate_session_to_v2'
)
  AND log_msg NOT LIKE 'UPDATE %'
  AND log_msg NOT LIKE 'update %'
ORDER BY log_date DESC, id DESC
LIMIT 1000
