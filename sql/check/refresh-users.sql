-- name: check/refresh-users
-- purpose: brings the legacy view of users up to date: the migration reads it, and no workflow refreshes it any more
-- parameters: {{schema}}
-- source: Redshift Developer Guide, REFRESH MATERIALIZED VIEW
REFRESH MATERIALIZED VIEW {{schema}}.user_m_view
