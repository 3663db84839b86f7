-- name: udf/probe-call
-- purpose: calls the procedure of the probe
-- parameters: {{schema}}
-- source: Redshift Developer Guide, CALL
CALL {{schema}}.probe_call()
