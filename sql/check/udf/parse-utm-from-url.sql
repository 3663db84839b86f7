-- name: check/udf/parse-utm-from-url
-- purpose: probes the function parse_utm_from_url with a harmless call
-- parameters: {{schema}}
-- source: the solution's user-defined functions are written in Python, which Redshift has ended (AWS: no new ones since
--         November 2025, existing ones unsupported after June 2026)
SELECT {{schema}}.parse_utm_from_url('https://example.com/?utm_source=probe', '', '') AS answer
