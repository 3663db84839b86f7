-- One chunk of events: the sessions that begin with an event number in [{{fromEvent}}, {{toEvent}}], each row with
-- what all its tables need. Duplicates (1 %, a batch file loaded twice) are second copies of the same row.
-- Placeholders: {{seed}}, {{fromEvent}}, {{toEvent}}, {{duplicates}}.

TRUNCATE generated_event;

INSERT INTO generated_event
WITH placed AS (
  SELECT
    s.first_event + position - 1 AS e,
    position,
    position - (s.session_number = 1)::integer AS step,
    s.start_ms + (position - 1) * s.gap_seconds * 1000
      + CASE WHEN position > 1 THEN pg_temp.between(s.first_event + position - 1, 50, 0, s.gap_seconds * 999) ELSE 0 END AS ts,
    CASE
      WHEN position > 2 THEN s.start_ms + (position - 2) * s.gap_seconds * 1000
        + pg_temp.between(s.first_event + position - 2, 50, 0, s.gap_seconds * 999)
      WHEN position = 2 THEN s.start_ms
    END AS previous_ts,
    position = s.events AS is_last,
    pg_temp.chance(s.first_event + position - 1, 51) AS r,
    s.s, s.u, s.start_ms, s.session_id, s.session_number, u.is_web
  FROM generated_session s
  JOIN generated_user u USING (u)
  CROSS JOIN LATERAL generate_series(1, s.events) position
  WHERE s.first_event BETWEEN {{fromEvent}} AND {{toEvent}}
)
SELECT
  e, ts, previous_ts, position, step, s, u, start_ms, session_id, session_number, is_web,
  pg_temp.identifier(e, 'event')::uuid::text AS event_id,
  CASE
    WHEN step = 0 THEN '_first_open'
    WHEN step = 1 THEN '_session_start'
    WHEN step = 2 THEN '_app_start'
    WHEN is_last THEN '_app_end'
    WHEN step IN (3, 4) OR r < 0.26 THEN CASE WHEN is_web THEN '_page_view' ELSE '_screen_view' END
    WHEN r < 0.45 THEN '_user_engagement'
    WHEN r < 0.56 THEN '_scroll'
    WHEN r < 0.64 THEN '_click'
    WHEN r < 0.71 THEN '_search'
    WHEN r < 0.83 THEN 'add_to_cart'
    WHEN r < 0.90 THEN 'purchase'
    WHEN r < 0.97 THEN '_profile_set'
    WHEN r < 0.98 THEN '_app_exception'
    WHEN r < 0.99 THEN '_clickstream_error'
    ELSE '_app_update'
  END AS event_name
FROM placed
CROSS JOIN LATERAL generate_series(1, CASE WHEN e % 99 = 0 AND e / 99 <= {{duplicates}} THEN 2 ELSE 1 END);

INSERT INTO {{schema}}.event
SELECT
  e.event_id,
  (to_timestamp(e.ts / 1000.0) AT TIME ZONE 'utc')::date,
  e.ts,
  e.previous_ts,
  e.event_name,
  CASE WHEN e.event_name = 'purchase' THEN bought.value END,
  e.position,
  e.ts + pg_temp.between(e.e, 52, 800, 60000),
  u.device,
  u.geo,
  u.traffic_source,
  u.app_info,
  u.platform,
  {{project}},
  bought.items,
  u.user_pseudo_id,
  u.user_id
FROM generated_event e
JOIN generated_user u USING (u)
LEFT JOIN LATERAL (
  SELECT
    jsonb_agg(jsonb_build_object(
      'id', i.id,
      'quantity', pg_temp.between(e.e, 60 + n, 1, 4),
      'price', i.price,
      'currency', i.currency,
      'creative_name', CASE WHEN n = 1 THEN 'summer' END,
      'creative_slot', CASE WHEN n = 1 THEN 'top' END) ORDER BY n) AS items,
    sum(i.price * pg_temp.between(e.e, 60 + n, 1, 4)) AS value
  FROM generate_series(0, (e.e % 3)::integer) n
  JOIN generated_item i ON i.i = 1 + (pg_temp.draw(e.e, 63) + n) % {{items}}
) bought ON e.event_name = 'purchase';

-- Of every second purchase the first item has an item row of exactly its time: only these become item_v2 rows.
INSERT INTO {{schema}}.item
SELECT DISTINCT ON (e.e)
  e.ts,
  i.id,
  pg_temp.item_properties(i.id, i.name, i.category, i.price, i.currency)
FROM generated_event e
JOIN generated_item i ON i.i = 1 + pg_temp.draw(e.e, 63) % {{items}}
WHERE e.event_name = 'purchase' AND pg_temp.draw(e.e, 64) % 2 = 0;
