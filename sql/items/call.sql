-- name: items/call
-- purpose: migrates the items of the events of the last so many times 24 hours; unfinished rows are done anew
-- parameters: {{schema}}, {{days}}
-- source: the solution's sp_migrate_item_to_v2(nday int)
CALL {{schema}}.sp_migrate_item_to_v2({{days}})
