-- name: udf/grant-create
-- purpose: lets the solution's database role declare external functions, as it may declare others
-- parameters: none
-- source: Redshift Developer Guide, system permissions for RBAC: a permission of its own, CREATE OR REPLACE FUNCTION does not
--         cover it. The solution gives the role clickstream to its Data API user (create-redshift-user.ts)
GRANT CREATE OR REPLACE EXTERNAL FUNCTION TO ROLE clickstream
