-- The app's schema.
create schema if not exists {{schema}};
