-- name: udf/grant-language
-- purpose: lets the solution's Data API user, and nobody else, write external functions in this database
-- parameters: {{user}}
-- source: Redshift Developer Guide, GRANT: USAGE ON LANGUAGE EXFUNC has to be granted explicitly
GRANT USAGE ON LANGUAGE EXFUNC TO {{user}}
