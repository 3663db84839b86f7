-- name: udf/languages
-- purpose: in which language the functions of an app's schema are written
-- parameters: schema (text), names (text; names with a comma before, between and after)
-- source: Redshift Developer Guide, pg_proc and pg_language; an external function's language is exfunc
SELECT p.proname AS name, l.lanname AS language
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
WHERE n.nspname = LOWER(:schema)
  AND STRPOS(:names, ',' || p.proname || ',') > 0
ORDER BY 1
