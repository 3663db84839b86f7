-- name: parity/items
-- purpose: items that the migration could move and did not. Only items with a row of exactly the event's timestamp in the
--          legacy item table can be moved, so the new table is rightly much smaller than the exploded events
-- parameters: {{schema}}, cutoff_ms (bigint)
-- source: the solution's sp_migrate_item_to_v2
SELECT
  count(*) AS movable_items,
  coalesce(
    sum(
      CASE
        WHEN NOT EXISTS (
          SELECT 1 FROM {{schema}}.item_v2 n WHERE n.event_id = c.event_id AND n.item_id = c.item_id
        ) THEN 1
        ELSE 0
      END
    ),
    0
  ) AS missing_items
FROM (
  SELECT DISTINCT e.event_id, item.id::varchar AS item_id
  FROM {{schema}}.event AS e, e.items AS item
  WHERE e.event_timestamp >= CAST(:cutoff_ms AS bigint)
    AND item.id IS NOT NULL
    AND EXISTS (
      SELECT 1 FROM {{schema}}.item i WHERE i.id = item.id::varchar AND i.event_timestamp = e.event_timestamp
    )
) c
