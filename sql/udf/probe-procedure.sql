-- name: udf/probe-procedure
-- purpose: a procedure that calls two functions and is not atomic, as the solution's procedures are
-- parameters: {{schema}}
-- source: Redshift Developer Guide, CREATE PROCEDURE
CREATE OR REPLACE PROCEDURE {{schema}}.probe_call() NONATOMIC AS $$
BEGIN
  INSERT INTO {{schema}}.probe_rows
  SELECT 4, 'called by a procedure', {{schema}}.rm_object_props('{"a":1,"b":2}', 'b');
  INSERT INTO {{schema}}.probe_rows
  SELECT 5, 'called by a procedure', {{schema}}.transform_event_custom_props('{"n":{"type":"number","value":"12"}}');
END;
$$ LANGUAGE plpgsql
