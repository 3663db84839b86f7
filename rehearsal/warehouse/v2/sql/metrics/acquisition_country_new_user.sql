-- clickstream_acquisition_country_new_user, one local day: users who opened the app for the first time, by country and city.
-- Definition ours. v_from, v_to: the day's bounds in UTC.
select platform, geo_country, geo_city, count(distinct merged_user_id) as user_count
from {{schema}}.clickstream_event_view_v3
where event_timestamp >= v_from and event_timestamp < v_to and event_name = '_first_open'
group by 1, 2, 3
