-- name: sessions/call
-- purpose: migrates all sessions in one pass; unfinished rows of an earlier pass are done anew
-- parameters: {{schema}}
-- source: the solution's sp_migrate_session_to_v2()
CALL {{schema}}.sp_migrate_session_to_v2()
