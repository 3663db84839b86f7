-- name: base-view/call
-- purpose: copies the events of one UTC day into clickstream_event_base_view. The range is explicit: the form with NULLs
--          skips whatever is older than the newest row that is there already. Both ends are inclusive, so neighbouring
--          days share an edge, which the procedure's merge tolerates
-- parameters: {{schema}}, {{from}}, {{to}}
-- source: the solution's clickstream_event_base_view_sp(timestamp, timestamp, integer); the third argument is ignored here
CALL {{schema}}.clickstream_event_base_view_sp({{from}}, {{to}}, 1)
