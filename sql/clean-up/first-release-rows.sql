-- name: clean-up/first-release-rows
-- purpose: whether the events table of release 1.0 still holds anything: no proof covers it
-- parameters: {{schema}}
-- source: awslabs/clickstream-analytics-on-aws, table ods_events of 1.0
SELECT count(*) AS found
FROM {{schema}}.ods_events
