-- The append-only user rows (1 to 3 per user, 3 % of the users have none) and the catalogue's item rows.
-- Placeholders: {{seed}}, {{schema}}, {{endMs}}.

INSERT INTO {{schema}}."user"
WITH seen AS (
  SELECT u, min(start_ms) AS first_ms, max(start_ms) AS last_ms FROM generated_session GROUP BY u
),
-- Of every 200 users, one was first seen in the very second of the user before; both have but one row, so that their
-- newest rows share the second.
touched AS (
  SELECT
    u,
    last_ms,
    CASE
      WHEN u % 200 = 2 THEN (lag(first_ms) OVER (ORDER BY u) / 1000) * 1000 + first_ms % 1000
      ELSE first_ms
    END AS first_ms
  FROM seen
)
SELECT
  t.first_ms + CASE WHEN n > 1 THEN (greatest(t.last_ms - t.first_ms, 600000) * (n - 1)) / 3 + n ELSE 0 END,
  u.user_id,
  u.user_pseudo_id,
  t.first_ms,
  jsonb_build_array(
    jsonb_build_object('key', '_user_first_touch_timestamp', 'value', pg_temp.typed(NULL, t.first_ms, NULL, t.first_ms)),
    jsonb_build_object('key', 'nick_name', 'value',
      pg_temp.typed(NULL, NULL, pg_temp.pick(u.u, 100, '{Zoë,小明,José,"O''Neill"}') || u.u, t.first_ms)),
    jsonb_build_object('key', 'level', 'value', pg_temp.typed(NULL, n::bigint, NULL, t.first_ms)),
    jsonb_build_object('key', 'score', 'value',
      pg_temp.typed(round((100 * pg_temp.chance(u.u, 101))::numeric, 1)::double precision, NULL, NULL, t.first_ms))
  ),
  jsonb_build_object('revenue', pg_temp.draw(u.u, 102) % 1000, 'currency', 'USD'),
  (to_timestamp(t.first_ms / 1000.0) AT TIME ZONE 'utc')::date,
  CASE WHEN u.is_web THEN pg_temp.pick(u.u, 103, '{https://www.google.com/,https://news.example.org/a}') END,
  CASE WHEN u.is_web THEN pg_temp.pick(u.u, 104, '{Organic,Direct}') END,
  u.traffic_source ->> 'medium',
  u.traffic_source ->> 'source',
  jsonb_build_array(u.device ->> 'vendor_id'),
  CASE WHEN u.is_web THEN NULL ELSE u.app_info ->> 'install_source' END
FROM touched t
JOIN generated_user u USING (u)
CROSS JOIN LATERAL generate_series(1, CASE WHEN u.u % 200 IN (1, 2) THEN 1 ELSE pg_temp.between(u.u, 105, 1, 3)::integer END) n
WHERE u.has_row;

INSERT INTO {{schema}}.item
SELECT
  {{endMs}}::bigint - pg_temp.between(i.i, 107 + n, 3600000, 2500000000),
  i.id,
  pg_temp.item_properties(i.id, i.name, i.category, i.price, i.currency)
FROM generated_item i
CROSS JOIN LATERAL generate_series(1, pg_temp.between(i.i, 106, 1, 2)::integer) n;
