-- name: users/call
-- purpose: migrates all users in one pass; unfinished rows of an earlier pass are done anew
-- parameters: {{schema}}
-- source: the solution's sp_migrate_user_to_v2()
CALL {{schema}}.sp_migrate_user_to_v2()
