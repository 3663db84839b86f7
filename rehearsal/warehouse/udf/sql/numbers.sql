-- Numbers as the Lambda's functions make them of texts and of other numbers. Answers are JSON texts.

-- Digits and white space of all scripts, and what Python 2.7 reads in their place; one row.
create table if not exists rehearsal.number_characters (
  one boolean primary key check (one),
  written text not null,
  read text not null
);
grant select on rehearsal.number_characters to public;

-- An integer, else a double; NULL where a text is neither (it stays as it is), null where it is no finite number (D3).
create or replace function rehearsal.lenient_number(p_text text) returns text
language plpgsql stable strict as $$
declare
  v_text text := p_text;
  v_double double precision;
begin
  if v_text !~ '^[\x01-\x1b!-~ ]*$' then
    v_text := (select translate(v_text, written, read) from rehearsal.number_characters);
    if v_text ~ '[^\x01-\xff]' then
      return null;
    end if;
  end if;
  v_text := btrim(v_text, E' \t\n\r\f\v');
  if v_text ~ '^[+-]?[\t-\r ]*[0-9]+$' then
    return regexp_replace(v_text, '[\t-\r ]', '', 'g')::numeric::text;
  elsif v_text ~* '^[+-]?([0-9]+(\.[0-9]*)?(e[+-]?[0-9]+)?|\.[0-9]+(e[+-]?[0-9]+)?)$' then
    v_double := rehearsal.double_of(v_text);
    return case when abs(v_double) = 'Infinity' then 'null' else rehearsal.repr(v_double) end;
  elsif v_text ~* '^[+-]?(inf|infinity|nan)$' then
    return 'null';
  end if;
  return null;
end
$$;

-- A double without its fraction, exactly.
create or replace function rehearsal.truncated(p_double double precision) returns text
language plpgsql immutable strict as $$
declare
  v_bits bigint;
begin
  if abs(p_double) < 9e18 then
    return trunc(p_double)::bigint::text;
  end if;
  v_bits := ('x' || encode(float8send(abs(p_double)), 'hex'))::bit(64)::bigint;
  return case when p_double < 0 then '-' else '' end || trunc(
    ((v_bits & 4503599627370495) | 4503599627370496)::numeric * (2::numeric ^ ((v_bits >> 52) - 1075)))::text;
end
$$;
