-- What the upgraded pipeline has loaded into the v2 tables by itself: sessions of eight events, by users of whom about
-- half are known from the legacy tables. No process_info: these rows were never migrated.
-- Placeholders: {{schema}}, {{seed}}, {{project}}, {{app}}, {{sessions}}, {{events}}, {{fromMs}}, {{toMs}},
-- {{knownUsers}}, a query of (user_pseudo_id, user_id) of legacy users.

CREATE TEMP TABLE generated_visit ON COMMIT DROP AS
WITH known AS (
  SELECT row_number() OVER (ORDER BY user_pseudo_id) AS k, user_pseudo_id, user_id FROM ({{knownUsers}}) legacy
),
drawn AS (
  SELECT
    s,
    {{fromMs}}::bigint + (pg_temp.chance(s, 200) * ({{toMs}}::bigint - {{fromMs}}::bigint - 600000))::bigint AS start_ms,
    1 + s / 3 AS visitor -- three sessions a user
  FROM generate_series(1, {{sessions}}::bigint) s
)
SELECT
  d.s,
  d.start_ms,
  coalesce(k.user_pseudo_id, pg_temp.identifier(d.visitor, 'new user')::uuid::text) AS user_pseudo_id,
  k.user_id,
  row_number() OVER (PARTITION BY d.visitor ORDER BY d.start_ms, d.s) AS session_number
FROM drawn d
LEFT JOIN known k ON k.k = d.visitor AND d.visitor % 2 = 0;
ALTER TABLE generated_visit ADD COLUMN session_id text;
UPDATE generated_visit SET session_id =
  right(user_pseudo_id, 8) || to_char(to_timestamp(start_ms / 1000.0) AT TIME ZONE 'utc', '-YYYYMMDD-HH24MISSMS');

INSERT INTO {{schema}}.event_v2 (
  event_timestamp, event_id, event_time_msec, event_name, event_value_currency, event_bundle_sequence_id,
  ingest_time_msec, device_operating_system, device_system_language, geo_country, geo_city,
  traffic_source_source, traffic_source_channel_group, platform, project_id, app_id,
  page_view_page_title, page_view_page_url, user_id, user_pseudo_id,
  session_id, session_start_time_msec, session_duration, session_number, sdk_name, created_time
)
SELECT
  to_timestamp(ts / 1000) AT TIME ZONE 'utc',
  pg_temp.identifier(v.s * 8 + n, 'new event')::uuid::text,
  ts,
  CASE n WHEN 0 THEN '_session_start' WHEN 1 THEN '_app_start' WHEN 7 THEN '_app_end' ELSE '_page_view' END,
  'USD',
  n + 1,
  ts + 2000,
  'Windows',
  'zh',
  'China',
  '上海',
  'Direct',
  'Direct',
  'Web',
  {{project}},
  {{app}},
  CASE WHEN n BETWEEN 2 AND 6 THEN '衬衫' END,
  CASE WHEN n BETWEEN 2 AND 6 THEN 'https://shop.example.com/products?p=' || n END,
  v.user_id,
  v.user_pseudo_id,
  v.session_id,
  v.start_ms,
  ts - v.start_ms,
  v.session_number,
  'aws-solution-clickstream-web-sdk',
  to_timestamp(ts / 1000 + 600) AT TIME ZONE 'utc'
FROM generated_visit v
CROSS JOIN generate_series(0, 7) n
CROSS JOIN LATERAL (SELECT v.start_ms + n * 20000 + pg_temp.between(v.s * 8 + n, 201, 0, 9999) * sign(n)::bigint AS ts) t
WHERE (v.s - 1) * 8 + n < {{events}};

-- Sessions and users follow from the events, as the pipeline derives them.
INSERT INTO {{schema}}.session (
  event_timestamp, user_pseudo_id, session_id, user_id, session_number, session_start_time_msec,
  session_source, session_channel_group, created_time
)
SELECT
  max(event_timestamp), user_pseudo_id, session_id, max(user_id), max(session_number), min(session_start_time_msec),
  'Direct', 'Direct', max(created_time)
FROM {{schema}}.event_v2
WHERE process_info IS NULL
GROUP BY user_pseudo_id, session_id;

INSERT INTO {{schema}}.user_v2 (
  event_timestamp, user_pseudo_id, user_id, user_properties, user_properties_json_str, first_touch_time_msec,
  first_visit_date, first_traffic_source, first_traffic_channel_group, created_time
)
SELECT
  max(event_timestamp), user_pseudo_id, max(user_id), '{"level": {"value": "7", "type": "number"}}',
  '{"level": {"value": 7}}', min(event_time_msec), min(event_timestamp)::date, 'Direct', 'Direct', max(created_time)
FROM {{schema}}.event_v2
WHERE process_info IS NULL
GROUP BY user_pseudo_id;
