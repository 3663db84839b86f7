-- A call of an external function: whether the Lambda can be reached, the batch that the row is in, and the answer.

-- What the account says at the moment of each Lambda and role that functions of this database name. Where there is no row,
-- nobody has asked, and nothing can be called.
create table if not exists rehearsal.external_gate (
  lambda_name text not null,
  role_arn text not null,
  -- NULL: it can be called.
  refusal text,
  -- Virtual epoch milliseconds until which it is throttled.
  throttled_until_ms double precision not null default 0,
  primary key (lambda_name, role_arn)
);
grant select on rehearsal.external_gate to public;

-- What was asked and answered by statements that were committed; each list of arguments once a transaction, so that no
-- transaction waits for another one's row.
create table if not exists rehearsal.recorded_call (
  transaction_id xid8 not null,
  function_name name not null,
  arguments_hash text not null,
  arguments text[] not null,
  answer text,
  primary key (transaction_id, function_name, arguments_hash)
);
grant select, insert on rehearsal.recorded_call to public;

-- Source: Redshift Developer Guide, scalar Lambda UDFs: retries of throttling and service errors end with code 32103 and the
-- exception's name. The form is the guide's of another error of a response; the texts of other causes are Lambda's and STS's own,
-- what Redshift makes of them is not documented.
create or replace function rehearsal.external_failure(p_context text) returns void
language plpgsql as $$
begin
  raise internal_error using message = 'Invalid External Function Response' || E'\n'
    || '  -----------------------------------------------' || E'\n'
    || '  error:  Invalid External Function Response' || E'\n'
    || '  code:      32103' || E'\n'
    || '  context:   ' || p_context || E'\n'
    || '  -----------------------------------------------';
end
$$;

-- Waits while a throttled Lambda would be tried again, which takes as long as it is throttled; where that is longer than
-- RETRY_TIMEOUT the end is the time-out's, told at once: a statement's time is real time.
create or replace function rehearsal.retry(p_throttled_until_ms double precision, p_retry_timeout_ms integer) returns void
language plpgsql as $$
declare
  v_left_ms constant double precision := p_throttled_until_ms - extract(epoch from rehearsal.virtual_now()) * 1000;
begin
  if v_left_ms > p_retry_timeout_ms then
    perform rehearsal.external_failure('TooManyRequestsException: Rate Exceeded.');
  elsif v_left_ms > 0 then
    perform pg_sleep(v_left_ms / 1000);
  end if;
end
$$;

-- Puts a row into the function's batch of this transaction, a new one where it would be too large. The batches of a slice on
-- Redshift are no others but for their last rows. Sizes as they travel: the request is JSON; the answer is the text of the
-- Lambda's JSON in JSON once more, so that a quote and a backslash count twice.
create or replace function rehearsal.put_into_batch(p_function rehearsal.external_function, p_arguments text[], p_answer text)
returns void
language plpgsql as $$
declare
  c_request constant integer := 300;
  c_answer constant integer := 70;
  c_most constant integer := 6 * 1024 * 1024;
  v_setting constant text := 'rehearsal.batch_' || p_function.id;
  -- Rows, bytes of the request, bytes of the answer.
  v_batch bigint[] := coalesce(nullif(current_setting(v_setting, true), ''), '{0,0,0}')::bigint[];
  v_request constant bigint := octet_length(array_to_json(p_arguments)::text) + 1;
  v_once constant text := coalesce(to_json(p_answer)::text, 'null');
  v_answer bigint := 1 + octet_length(v_once) + length(v_once) - length(translate(v_once, '"\', ''));
begin
  -- The others write what is beyond ASCII as escapes, whose backslash is escaped twice.
  if octet_length(v_once) > length(v_once) then
    v_answer := v_answer + 8 * length(v_once) - 8 * length(regexp_replace(v_once, '[^\x01-\x7f]', '', 'g'))
      - (octet_length(v_once) - octet_length(regexp_replace(v_once, '[^\x01-\x7f]', '', 'g')));
  end if;
  if v_batch[1] >= p_function.max_batch_rows
    or v_batch[1] > 0 and c_request + v_batch[2] + v_request > p_function.max_batch_bytes
  then
    v_batch := '{0,0,0}';
  end if;
  v_batch := array[v_batch[1] + 1, v_batch[2] + v_request, v_batch[3] + v_answer];
  perform set_config(v_setting, v_batch::text, true);
  if c_answer + v_batch[3] > c_most then
    -- The handler sees to it before Lambda does.
    perform rehearsal.external_failure(format(
      'The answer of %s to %s rows has %s bytes, and a Lambda may give back %s. Create the external function with a smaller MAX_BATCH_ROWS or MAX_BATCH_SIZE.',
      p_function.function_name, v_batch[1], c_answer + v_batch[3], c_most));
  end if;
end
$$;

create or replace function rehearsal.external_call(p_id bigint, p_arguments text[]) returns text
language plpgsql volatile as $$
declare
  v_function rehearsal.external_function;
  v_gate rehearsal.external_gate;
  v_answer text;
begin
  select * into strict v_function from rehearsal.external_function where id = p_id;
  select * into v_gate from rehearsal.external_gate g
  where g.lambda_name = v_function.lambda_name and g.role_arn = v_function.role_arn;
  if v_gate.lambda_name is null then
    perform rehearsal.external_failure('This warehouse reaches no Lambda.');
  elsif v_gate.refusal is not null then
    perform rehearsal.external_failure(v_gate.refusal);
  elsif v_gate.throttled_until_ms > 0 then
    perform rehearsal.retry(v_gate.throttled_until_ms, v_function.retry_timeout_ms);
  end if;
  if not rehearsal.knows_function(v_function.function_name) then
    perform rehearsal.external_failure(format('There is no function %s here.', v_function.function_name));
  end if;
  v_answer := rehearsal.udf_answer(v_function.function_name, p_arguments);
  perform rehearsal.put_into_batch(v_function, p_arguments, v_answer);
  if octet_length(v_answer) > v_function.returns_bytes then
    raise string_data_right_truncation using message = 'Value too long for character type';
  end if;
  insert into rehearsal.recorded_call (transaction_id, function_name, arguments_hash, arguments, answer)
  values (pg_current_xact_id(), v_function.function_name, md5(array_to_json(p_arguments)::text), p_arguments, v_answer)
  on conflict do nothing;
  return v_answer;
end
$$;
