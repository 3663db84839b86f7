-- Who visits, and when: users and their sessions, from which every event follows.
-- Placeholders: {{seed}}, {{users}}, {{sessions}} (more than will be needed), {{baseEvents}} (rows before duplicates),
-- {{endMs}}, {{windowMs}}, {{olderFromMs}} and {{olderToMs}} (ages), {{olderShare}}, {{app}}.

CREATE TEMP TABLE generated_user ON COMMIT DROP AS
WITH kind AS (
  SELECT
    u,
    pg_temp.identifier(u, 'user')::uuid::text AS user_pseudo_id,
    CASE -- all four among the first eight users
      WHEN (u * 7 + 3) % 20 < 12 THEN 'Web'
      WHEN (u * 7 + 3) % 20 < 16 THEN 'Android'
      WHEN (u * 7 + 3) % 20 < 19 THEN 'iOS'
      ELSE 'unnamed' -- an old web SDK: no platform, but a page URL
    END AS kind
  FROM generate_series(1, {{users}}::bigint) u
)
SELECT
  u,
  user_pseudo_id,
  kind,
  kind IN ('Web', 'unnamed') AS is_web,
  nullif(kind, 'unnamed') AS platform,
  CASE WHEN pg_temp.chance(u, 1) < 0.4 THEN 'member-' || u END AS user_id,
  -- 3 % of the users never had a batch with one of the events that make a user row.
  u % 33 <> 5 AS has_row,
  -- Absent and null are the same to whoever reads SUPER; absent is leaner.
  jsonb_strip_nulls(jsonb_build_object(
    'mobile_brand_name', CASE WHEN kind = 'Android' THEN pg_temp.pick(u, 2, '{Samsung,Xiaomi,Google}') WHEN kind = 'iOS' THEN 'Apple' END,
    'mobile_model_name', CASE WHEN kind = 'Android' THEN pg_temp.pick(u, 3, '{S24,"Mi 14","Pixel 9"}') WHEN kind = 'iOS' THEN 'iPhone 15' END,
    'manufacturer', CASE WHEN kind = 'iOS' THEN 'Apple' END,
    'screen_width', pg_temp.between(u, 4, 4, 20) * 96,
    'screen_height', pg_temp.between(u, 5, 6, 14) * 100,
    'carrier', CASE WHEN kind IN ('Android', 'iOS') THEN pg_temp.pick(u, 6, '{中国移动,Vodafone,T-Mobile}') END,
    'network_type', pg_temp.pick(u, 7, '{WIFI,4G,5G}'),
    'operating_system_version', pg_temp.pick(u, 8, '{10,13,14.5,17.1}'),
    'operating_system', CASE kind WHEN 'Android' THEN 'Android' WHEN 'iOS' THEN 'iOS' ELSE pg_temp.pick(u, 9, '{Windows,"Mac OS X",Linux}') END,
    'ua_browser', CASE WHEN kind IN ('Web', 'unnamed') THEN pg_temp.pick(u, 10, '{Chrome,Firefox,Safari,Edge}') END,
    'ua_browser_version', CASE WHEN kind IN ('Web', 'unnamed') THEN pg_temp.between(u, 11, 100, 125)::text END,
    'ua_os', CASE WHEN kind IN ('Web', 'unnamed') THEN pg_temp.pick(u, 9, '{Windows,"Mac OS X",Linux}') END,
    'ua_os_version', CASE WHEN kind IN ('Web', 'unnamed') THEN '10' END,
    'ua_device', CASE WHEN kind IN ('Web', 'unnamed') THEN 'Other' END,
    'ua_device_category', CASE WHEN kind IN ('Web', 'unnamed') THEN 'PC' END,
    'system_language', pg_temp.pick(u, 12, '{zh,en,ja,de}'),
    'time_zone_offset_seconds', pg_temp.between(u, 13, -8, 9) * 3600,
    'vendor_id', substr(user_pseudo_id, 1, 13),
    'advertising_id', CASE WHEN kind IN ('Android', 'iOS') THEN substr(user_pseudo_id, 1, 18) END,
    'host_name', CASE WHEN kind IN ('Web', 'unnamed') THEN 'shop.example.com' END,
    'viewport_width', CASE WHEN kind IN ('Web', 'unnamed') THEN pg_temp.between(u, 14, 4, 19) * 96 END,
    'viewport_height', CASE WHEN kind IN ('Web', 'unnamed') THEN pg_temp.between(u, 15, 6, 10) * 96 END
  )) AS device,
  jsonb_build_object(
    'country', pg_temp.pick(u, 16, '{China,Japan,Germany,Brazil}'),
    'continent', pg_temp.pick(u, 16, '{Asia,Asia,Europe,Americas}'),
    'sub_continent', pg_temp.pick(u, 16, '{"Eastern Asia","Eastern Asia","Western Europe","South America"}'),
    'locale', pg_temp.pick(u, 16, '{zh_CN,ja_JP,de_DE,pt_BR}'),
    'region', pg_temp.pick(u, 16, '{上海,東京都,Bayern,"São Paulo"}'),
    'metro', NULL,
    'city', pg_temp.pick(u, 16, '{上海,東京,München,"São Paulo"}')
  ) AS geo,
  CASE
    WHEN kind IN ('Android', 'iOS') THEN jsonb_build_object('medium', NULL, 'name', NULL, 'source', NULL)
    ELSE jsonb_build_object(
      'medium', pg_temp.pick(u, 17, '{Referral,"","Organic Search"}'),
      'name', pg_temp.pick(u, 17, '{partner,"",seo}'),
      'source', pg_temp.pick(u, 17, '{news.example.org,"",google}'))
  END AS traffic_source,
  jsonb_build_object(
    'app_id', {{app}}::text,
    'id', CASE WHEN kind IN ('Android', 'iOS') THEN 'com.example.shop' END,
    'install_source', CASE kind WHEN 'Android' THEN 'com.android.vending' WHEN 'iOS' THEN 'App Store' END,
    'version', '2.' || pg_temp.between(u, 18, 0, 9),
    'sdk_version', '0.' || pg_temp.between(u, 19, 8, 12) || '.0',
    'sdk_name', CASE WHEN kind IN ('Android', 'iOS') THEN 'aws-solution-clickstream-sdk' ELSE 'aws-solution-clickstream-web-sdk' END
  ) AS app_info
FROM kind;
ALTER TABLE generated_user ADD PRIMARY KEY (u);
ANALYZE generated_user;

-- 7 to 15 events a session, 5 to 45 seconds apart. Sessions start at any hour; 2 % of them on purpose so that they
-- cross midnight UTC, 1 % midnight in Asia/Shanghai.
CREATE TEMP TABLE generated_session ON COMMIT DROP AS
WITH drawn AS (
  SELECT
    s,
    CASE WHEN s <= {{users}} THEN s ELSE pg_temp.between(s, 30, 1, {{users}}) END AS u,
    pg_temp.between(s, 31, 5, 45) AS gap_seconds,
    pg_temp.between(s, 32, 7, 15) AS wanted,
    {{endMs}}::bigint - {{quietMs}} - CASE
      WHEN pg_temp.chance(s, 33) < {{olderShare}} THEN pg_temp.between(s, 34, {{olderFromMs}}, {{olderToMs}} - {{quietMs}})
      ELSE pg_temp.between(s, 35, 0, {{windowMs}} - {{quietMs}})
    END AS drawn_ms
  FROM generate_series(1, {{sessions}}::bigint) s
),
placed AS (
  SELECT
    *,
    CASE
      WHEN s % 100 IN (7, 57) THEN drawn_ms - drawn_ms % 86400000 - wanted * gap_seconds * 500 + 250
      WHEN s % 100 = 9 THEN drawn_ms - drawn_ms % 86400000 - 28800000 - wanted * gap_seconds * 500 + 250
      ELSE drawn_ms
    END AS start_ms
  FROM drawn
),
counted AS (
  SELECT *, sum(wanted) OVER (ORDER BY s) - wanted + 1 AS first_event FROM placed
),
numbered AS (
  SELECT *, row_number() OVER (PARTITION BY u ORDER BY start_ms, s) AS session_number
  FROM counted
  WHERE first_event <= {{baseEvents}}
)
SELECT
  s,
  u,
  start_ms,
  gap_seconds,
  session_number,
  first_event::bigint,
  least(wanted, {{baseEvents}} - first_event + 1)::integer AS events,
  right(user_pseudo_id, 8) || to_char(to_timestamp(start_ms / 1000.0) AT TIME ZONE 'utc', '-YYYYMMDD-HH24MISSMS') AS session_id
FROM numbered
JOIN generated_user USING (u);
CREATE INDEX ON generated_session (first_event);
ANALYZE generated_session;

-- The ETL's newest batch per item id made these; purchases add more below.
CREATE TEMP TABLE generated_item ON COMMIT DROP AS
SELECT
  i,
  'sku-' || lpad(i::text, 5, '0') AS id,
  round((5 + 195 * pg_temp.chance(i, 40))::numeric, 2)::double precision AS price,
  pg_temp.pick(i, 41, '{USD,EUR,CNY}') AS currency,
  pg_temp.pick(i, 42, '{蓝色衬衫,"Café crème",Boots,"Desk lamp",Notebook}') || ' ' || i AS name,
  pg_temp.pick(i, 43, '{衣服,Food,Shoes,Home,Office}') AS category
FROM generate_series(1, {{items}}::bigint) i;
ALTER TABLE generated_item ADD PRIMARY KEY (i);
ANALYZE generated_item;
