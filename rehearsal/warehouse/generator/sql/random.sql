-- Pseudo-randomness: a hash of what is drawn for (key), which draw it is (salt) and the seed. No state, so rows
-- may be made in any order and number and come out the same every time. The functions are inlined.
-- Placeholder: {{seed}}, a bigint below 2^62.

CREATE OR REPLACE FUNCTION pg_temp.draw(key bigint, salt integer) RETURNS bigint
IMMUTABLE PARALLEL SAFE LANGUAGE sql
RETURN hashint8extended(key, {{seed}} + salt) & 1152921504606846975;

-- A number in [0, 1).
CREATE OR REPLACE FUNCTION pg_temp.chance(key bigint, salt integer) RETURNS double precision
IMMUTABLE PARALLEL SAFE LANGUAGE sql
RETURN (hashint8extended(key, {{seed}} + salt) & 1073741823) / 1073741824.0::double precision;

-- An integer in [low, high].
CREATE OR REPLACE FUNCTION pg_temp.between(key bigint, salt integer, low bigint, high bigint) RETURNS bigint
IMMUTABLE PARALLEL SAFE LANGUAGE sql
RETURN low + (hashint8extended(key, {{seed}} + salt) & 1152921504606846975) % (high - low + 1);

CREATE OR REPLACE FUNCTION pg_temp.pick(key bigint, salt integer, choices text[]) RETURNS text
IMMUTABLE PARALLEL SAFE LANGUAGE sql
RETURN choices[1 + (hashint8extended(key, {{seed}} + salt) & 1152921504606846975) % cardinality(choices)];

-- 32 hexadecimal digits, unique for the key.
CREATE OR REPLACE FUNCTION pg_temp.identifier(key bigint, kind text) RETURNS text
IMMUTABLE PARALLEL SAFE LANGUAGE sql
RETURN md5(kind || {{seed}}::text || ':' || key::text);
