-- A Python function as the solution's list has it: nothing runs this body, see `udfs/`.
CREATE OR REPLACE FUNCTION {{schema_name}}.{{name}}({{parameters}}) RETURNS varchar(65535)
/* What the solution explains stands here, between result and body: it's given
   {"colour": {"type": "string", "value": "red"}} (say) and answers {"colour": {"value": "red"}}. */
STABLE
AS $$
    import json
    return json.dumps({{name}}(json.loads({{first_parameter}})))
$$ LANGUAGE plpythonu;
