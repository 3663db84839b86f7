-- name: events/call
-- purpose: migrates the events of the last so many times 24 hours; resumes an unfinished batch first
-- parameters: {{schema}}, {{days}}
-- source: the solution's sp_migrate_event_to_v2(nday int)
CALL {{schema}}.sp_migrate_event_to_v2({{days}})
