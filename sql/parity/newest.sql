-- name: parity/newest
-- purpose: the newest event of the new data model: the solution's expiry counts back from it
-- parameters: {{schema}}
-- source: the solution's sp_clear_expired_data
SELECT max(event_time_msec) AS newest_ms
FROM {{schema}}.event_v2
