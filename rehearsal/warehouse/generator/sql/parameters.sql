-- The parameters of the chunk in generated_event, one row per event and key, typed as the ETL types them:
-- string, int or double; booleans are the strings 'true' and 'false'; float is always null.
-- Placeholders: {{schema}}.

INSERT INTO {{schema}}.event_parameter (
  event_timestamp, event_id, event_name, event_param_key,
  event_param_double_value, event_param_int_value, event_param_string_value
)
SELECT e.ts, e.event_id, e.event_name, p.key, p.double_value, p.int_value, p.string_value
FROM generated_event e
CROSS JOIN LATERAL (
  VALUES
    ('_session_id', NULL::double precision, NULL::bigint, e.session_id),
    ('_session_start_timestamp', NULL, e.start_ms, NULL),
    ('_session_duration', NULL, e.ts - e.start_ms, NULL),
    ('_session_number', NULL, e.session_number, NULL)
) p (key, double_value, int_value, string_value)
UNION ALL
-- Web pages. A third of the sessions came by a campaign, one in twenty by a Google advertisement.
SELECT e.ts, e.event_id, e.event_name, p.key, NULL, p.int_value, p.string_value
FROM generated_event e
CROSS JOIN LATERAL (
  VALUES
    ('_page_url', NULL::bigint,
      'https://shop.example.com/' || pg_temp.pick(e.e, 70, '{"",products,products/衬衫,cart,checkout,blog/herbst}') || '?p=' || pg_temp.draw(e.e, 71) % 50
      || CASE
        WHEN pg_temp.chance(e.s, 72) < 0.05 THEN '&gclid=Cj0' || substr(pg_temp.identifier(e.s, 'click'), 1, 12)
        WHEN pg_temp.chance(e.s, 72) < 0.35 THEN '&utm_source=' || pg_temp.pick(e.s, 73, '{google,newsletter,facebook,weibo}')
          || '&utm_medium=' || pg_temp.pick(e.s, 73, '{cpc,email,paid_social,social}')
          || '&utm_campaign=autumn-' || pg_temp.draw(e.s, 74) % 5
          || CASE WHEN pg_temp.chance(e.s, 75) < 0.3 THEN '&utm_content=banner&utm_term=' || pg_temp.pick(e.s, 76, '{shoes,%E9%9E%8B}') ELSE '' END
        ELSE ''
      END),
    ('_page_title', NULL, pg_temp.pick(e.e, 70, '{Startseite,Products,衬衫,Warenkorb,お会計,"Blog – Herbst"}'))
) p (key, int_value, string_value)
WHERE e.is_web AND e.event_name IN ('_first_open', '_session_start', '_page_view', '_click')
UNION ALL
SELECT e.ts, e.event_id, e.event_name, p.key, NULL, NULL, p.string_value
FROM generated_event e
CROSS JOIN LATERAL (
  VALUES
    ('_latest_referrer', pg_temp.pick(e.s, 77, '{https://www.google.com/,https://news.example.org/a,https://www.bing.com/search}')),
    ('_latest_referrer_host', pg_temp.pick(e.s, 77, '{www.google.com,news.example.org,www.bing.com}'))
) p (key, string_value)
WHERE e.is_web AND e.step IN (0, 1, 3) AND pg_temp.chance(e.s, 78) < 0.5
UNION ALL
SELECT e.ts, e.event_id, e.event_name, p.key, NULL, NULL, p.string_value
FROM generated_event e
CROSS JOIN LATERAL (
  VALUES
    ('_page_referrer', 'https://shop.example.com/products?p=' || pg_temp.draw(e.e, 79) % 50),
    ('_page_referrer_title', 'Products')
) p (key, string_value)
WHERE e.event_name = '_page_view' AND e.step > 4
UNION ALL
-- Views of either kind. The web SDK sends _entrances as a string, the mobile ones as an int.
SELECT e.ts, e.event_id, e.event_name, p.key, NULL, p.int_value, p.string_value
FROM generated_event e
CROSS JOIN LATERAL (
  VALUES
    ('_entrances', CASE WHEN NOT e.is_web THEN (e.step = 3)::integer::bigint END,
      CASE WHEN e.is_web THEN (e.step = 3)::text END),
    ('_previous_timestamp', CASE WHEN e.step > 3 THEN e.previous_ts END, NULL),
    ('_engagement_time_msec', CASE WHEN e.step > 3 THEN e.ts - e.previous_ts END, NULL)
) p (key, int_value, string_value)
WHERE e.event_name IN ('_page_view', '_screen_view') AND (p.int_value IS NOT NULL OR p.string_value IS NOT NULL)
UNION ALL
SELECT e.ts, e.event_id, e.event_name, p.key, NULL, NULL, p.string_value
FROM generated_event e
CROSS JOIN LATERAL (
  VALUES
    ('_screen_name', pg_temp.pick(e.e, 80, '{MainActivity,ProductView,購入画面}')),
    ('_screen_id', 'com.example.shop.' || pg_temp.draw(e.e, 80) % 3),
    ('_screen_unique_id', substr(pg_temp.identifier(e.e, 'screen'), 1, 8)),
    ('_previous_screen_name', CASE WHEN e.step > 4 THEN pg_temp.pick(e.e - 1, 80, '{MainActivity,ProductView,購入画面}') END),
    ('_previous_screen_id', CASE WHEN e.step > 4 THEN 'com.example.shop.' || pg_temp.draw(e.e - 1, 80) % 3 END),
    ('_previous_screen_unique_id', CASE WHEN e.step > 4 THEN substr(pg_temp.identifier(e.e - 1, 'screen'), 1, 8) END)
) p (key, string_value)
WHERE e.event_name = '_screen_view' AND p.string_value IS NOT NULL
UNION ALL
SELECT e.ts, e.event_id, e.event_name, p.key, NULL, p.int_value, p.string_value
FROM generated_event e
CROSS JOIN LATERAL (
  VALUES
    ('_is_first_time', '_app_start', NULL::bigint, (e.session_number = 1)::text),
    ('_engagement_time_msec', '_user_engagement', e.ts - e.previous_ts, NULL),
    ('_engagement_time_msec', '_scroll', e.ts - e.previous_ts, NULL),
    ('_outbound', '_click', NULL, 'true'),
    ('_link_url', '_click', NULL, 'https://partner.example.net/' || pg_temp.draw(e.e, 81) % 9),
    ('_link_domain', '_click', NULL, 'partner.example.net'),
    ('_link_classes', '_click', NULL, 'btn primary'),
    ('_link_id', '_click', NULL, 'link-' || pg_temp.draw(e.e, 81) % 9),
    ('_search_key', '_search', NULL, 'q'),
    ('_search_term', '_search', NULL, pg_temp.pick(e.e, 82, '{shoes,衬衫,"crème brûlée",ランプ}')),
    ('_exception_message', '_app_exception', NULL, 'Index 3 out of bounds for length 3'),
    ('_exception_stack', '_app_exception', NULL, 'at com.example.shop.Cart.total(Cart.java:42)'),
    ('_error_code', '_clickstream_error', NULL, '1001'),
    ('_error_message', '_clickstream_error', NULL, 'event parameter name is too long'),
    ('_previous_app_version', '_app_update', NULL, '1.9'),
    ('_previous_os_version', '_app_update', NULL, '13')
) p (key, event_name, int_value, string_value)
WHERE e.event_name = p.event_name
  AND e.event_name IN ('_app_start', '_user_engagement', '_scroll', '_click', '_search', '_app_exception', '_clickstream_error', '_app_update')
UNION ALL
SELECT e.ts, e.event_id, e.event_name, p.key, NULL, NULL, p.string_value
FROM generated_event e
CROSS JOIN LATERAL (VALUES ('_sdk_version', '0.12.0'), ('_sdk_name', 'aws-solution-clickstream-sdk')) p (key, string_value)
WHERE e.event_name = '_app_start' AND NOT e.is_web AND pg_temp.chance(e.e, 83) < 0.5
UNION ALL
-- Custom parameters, one to five of every type.
SELECT e.ts, e.event_id, e.event_name, p.key, p.double_value, p.int_value, p.string_value
FROM generated_event e
CROSS JOIN LATERAL (
  VALUES
    (1, 'cart_value', round((500 * pg_temp.chance(e.e, 84))::numeric, 2)::double precision, NULL::bigint, NULL::text),
    (2, 'quantity', NULL, pg_temp.between(e.e, 85, 1, 9), NULL),
    (3, 'is_member', NULL, NULL, (pg_temp.draw(e.e, 86) % 2 = 0)::text),
    (4, 'coupon', NULL, NULL, pg_temp.pick(e.e, 87, '{HERBST10,双十一,"Größe \"L\""}')),
    (5, 'experiment', NULL, pg_temp.between(e.e, 88, 0, 3), NULL)
) p (position, key, double_value, int_value, string_value)
WHERE e.event_name IN ('add_to_cart', 'purchase') AND p.position <= 1 + pg_temp.draw(e.e, 89) % 5;
