import { MAX_ANSWER_BYTES, sizeOf, type Answer } from './answer';
import { callFunction, FUNCTIONS, isFunctionName, type FunctionName } from './functions';
import { Lenient, type DeviationCounts, type Mode } from './mode';
import { argumentsOf, functionNameOf, payload } from './payload';
import { PythonError } from './python/error';

/** An answer as the text that Redshift reads, and what may be told of it: nothing of what is in the rows. */
export interface Batch {
  text: string;
  /** Undefined where no function was called. */
  function: FunctionName | undefined;
  records: number;
  deviations: DeviationCounts;
  /** Why the query fails. */
  error: string | undefined;
  ids: { request?: string | undefined; query?: number | string | undefined };
}

/** Answers a batch of rows. It does not throw: what it cannot do is an answer as well, and ends the query with its message. */
export function answerBatch(event: unknown, mode: Mode = new Lenient()): Batch {
  const parsed = payload.safeParse(event);
  if (!parsed.success) {
    return failed(
      'The Lambda of the Clickstream functions was called with what is no batch of rows. Only Redshift calls it, by an external function.',
    );
  }
  const { external_function, arguments: records, num_records = records.length, request_id, query_id } = parsed.data;
  const about = { records: records.length, ids: { request: request_id, query: query_id } };
  const name = functionNameOf(external_function);
  if (!isFunctionName(name)) {
    return failed(
      `There is no function ${name.slice(0, 127)} here, only ${Object.keys(FUNCTIONS).join(', ')}. Drop the external function, or create it for another Lambda.`,
      about,
    );
  }
  const named = { ...about, function: name };
  if (num_records !== records.length) {
    return failed(
      `${name} was told of ${num_records} records and given ${records.length}. Run the statement again.`,
      named,
    );
  }
  const results: (string | null)[] = [];
  try {
    for (const record of records) {
      results.push(callFunction(name, argumentsOf(record, FUNCTIONS[name].arity, mode), mode));
    }
  } catch (error) {
    // Strict mode: the exception, as Redshift told it of a Python UDF.
    if (error instanceof PythonError) return failed(String(error), named);
    const kind = error instanceof Error ? error.name : typeof error;
    return failed(
      `${name} met something it was not written for (${kind}). It is a defect: report it with the rows.`,
      named,
    );
  }
  const text = textOf({ success: true, num_records: results.length, results });
  const bytes = sizeOf(text);
  if (bytes > MAX_ANSWER_BYTES) {
    return failed(
      `The answer of ${name} to ${records.length} rows has ${bytes} bytes, and a Lambda may give back ${MAX_ANSWER_BYTES}. Create the external function with a smaller MAX_BATCH_ROWS or MAX_BATCH_SIZE.`,
      named,
    );
  }
  const deviations = mode instanceof Lenient ? mode.counts : {};
  return { ...named, text, deviations, error: undefined };
}

function failed(error: string, about: Partial<Pick<Batch, 'function' | 'records' | 'ids'>> = {}): Batch {
  const text = textOf({ success: false, error_msg: error });
  return { function: undefined, records: 0, ids: {}, ...about, text, deviations: {}, error };
}

function textOf(answer: Answer): string {
  return JSON.stringify(answer);
}
