-- name: events/call-documented
-- purpose: the guide's step 4 as it stands: events, users, items and sessions in one call
-- parameters: {{schema}}, {{days}}
-- source: upgrade guide, migrate existing data; the solution's sp_migrate_data_to_v2(ndays int)
CALL {{schema}}.sp_migrate_data_to_v2({{days}})
