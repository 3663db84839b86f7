import { MAX_ANSWER_BYTES } from '../../../lambda/udf/answer';
import { answerBatch } from '../../../lambda/udf/batch';
import { readJson } from '../../../lambda/udf/json/read';
import type { JsonValue } from '../../../lambda/udf/json/value';
import { reprOf } from '../../../lambda/udf/python/repr';
import type { PostgresWarehouse } from '../postgres/statements';

/** What a stand-in was asked, and answered. */
export interface RecordedCall {
  functionName: string;
  arguments: (string | null)[];
  answer: string | null;
}

/** A call to which the handler answers something else. */
export interface Disagreement extends RecordedCall {
  /** Records of the batch in which it was asked. */
  batchSize: number;
  handler: string | null;
}

/** The distinct calls of external functions that committed statements of a database have made. */
export async function recordedCalls(
  warehouse: Pick<PostgresWarehouse, 'inspect'>,
  database: string,
): Promise<RecordedCall[]> {
  const rows = await warehouse.inspect(
    database,
    `SELECT DISTINCT ON (function_name, arguments_hash) function_name, arguments, answer
     FROM rehearsal.recorded_call ORDER BY function_name, arguments_hash, transaction_id`,
  );
  return rows.map((row) => ({
    functionName: String(row['function_name']),
    arguments: row['arguments'] as (string | null)[],
    answer: row['answer'] as string | null,
  }));
}

/**
 * Gives calls to the Lambda's handler as Redshift does, in batches of one, of two, and of all that one answer has room for, and
 * returns those to which it answers something else: another text of parse_utm_from_url, another value of the others, an
 * integer and a double being two.
 */
export function disagreements(calls: readonly RecordedCall[]): Disagreement[] {
  const found: Disagreement[] = [];
  for (const functionName of new Set(calls.map((call) => call.functionName))) {
    const own = calls.filter((call) => call.functionName === functionName);
    for (const most of [1, 2, Infinity]) {
      for (const batch of batchesOf(own, most)) found.push(...compare(functionName, batch));
    }
  }
  return found;
}

function compare(functionName: string, batch: readonly RecordedCall[]): Disagreement[] {
  const answers = ask(functionName, batch);
  return batch.flatMap((call, at) => {
    const answer = answers[at] ?? null;
    const same = comparable(functionName, answer) === comparable(functionName, call.answer);
    return same ? [] : [{ ...call, batchSize: batch.length, handler: answer }];
  });
}

/** Source of the payload's form: Redshift Developer Guide, scalar Lambda UDFs */
function ask(functionName: string, batch: readonly RecordedCall[]): (string | null)[] {
  const payload = {
    request_id: '23FF1F97-F28A-44AA-AB67-266ED976BF40',
    cluster: 'arn:aws:redshift:us-east-1:111122223333:cluster:rehearsal',
    user: 'rehearsal',
    database: 'rehearsal',
    external_function: `public.${functionName}`,
    query_id: 1,
    num_records: batch.length,
    arguments: batch.map(({ arguments: args }, at) => recordOf(args, at)),
  };
  // What the handler gives back, without its line in the log.
  const answer = JSON.parse(answerBatch(JSON.parse(JSON.stringify(payload))).text) as {
    success: boolean;
    error_msg?: string;
    num_records?: number;
    results?: (string | null)[];
  };
  if (!answer.success)
    throw new Error(`The handler refused ${batch.length} calls of ${functionName}: ${answer.error_msg}`);
  if (answer.num_records !== batch.length || answer.results?.length !== batch.length) {
    throw new Error(`The handler answered ${answer.results?.length} of ${batch.length} calls of ${functionName}`);
  }
  return answer.results;
}

/** A list; of NULLs only also null; of one argument also that argument. Each of these forms comes by turns. */
function recordOf(args: readonly (string | null)[], at: number): unknown {
  if (at % 2 === 0) return args;
  if (args.every((argument) => argument === null)) return null;
  return args.length === 1 ? args[0] : args;
}

/** As many as allowed, and as an answer has room for. */
function batchesOf(calls: readonly RecordedCall[], most: number): RecordedCall[][] {
  const batches: RecordedCall[][] = [];
  let bytes = Infinity;
  for (const call of calls) {
    const size = ROOM_OF_A_NULL + TWICE_ESCAPED * (call.answer?.length ?? 0);
    const last = batches.at(-1);
    if (last === undefined || last.length >= most || bytes + size > MAX_ANSWER_BYTES) {
      batches.push([call]);
      bytes = size + 100;
    } else {
      last.push(call);
      bytes += size;
    }
  }
  return batches;
}

const ROOM_OF_A_NULL = 5;
/** A character beyond ASCII is an escape whose backslash is escaped twice. */
const TWICE_ESCAPED = 9;

function comparable(functionName: string, text: string | null): string | null {
  return text === null || functionName === 'parse_utm_from_url' ? text : inOrder(readJson(text));
}

/** A value with its members in one order; a double never looks like an integer. */
function inOrder(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(inOrder).join()}]`;
  if (value instanceof Map) {
    const members = Array.from(value, ([name, member]) => `${JSON.stringify(name)}:${inOrder(member)}`);
    return `{${members.sort().join()}}`;
  }
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'number' ? reprOf(value) : String(value);
}
