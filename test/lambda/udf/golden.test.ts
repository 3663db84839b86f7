import { callFunction, isFunctionName } from '../../../lambda/udf/functions';
import { readJson } from '../../../lambda/udf/json/read';
import type { JsonValue } from '../../../lambda/udf/json/value';
import { AS_PYTHON, writeJson } from '../../../lambda/udf/json/write';
import { Lenient, STRICT } from '../../../lambda/udf/mode';
import { exceptionOf } from './exception-of';
import golden from './golden.json';

/** One call of a replaced function under CPython 2.7.18, and what came of it. */
interface GoldenCase {
  note: string;
  args: (string | null)[];
  result?: string;
  /** Class of the exception. */
  error?: string;
}

const CASES = Object.entries<GoldenCase[]>(golden).flatMap(([name, cases]) =>
  cases.map((one): [string, string, GoldenCase] => [name, one.note, one]),
);

function answerOf(name: string, args: (string | null)[], mode = STRICT): string | null {
  if (!isFunctionName(name)) throw new RangeError(`There is no function ${name}`);
  return callFunction(name, args, mode);
}

/**
 * A value in one order, whatever the order of Python's hash tables: of members, and of the list that is made of them. An integer
 * and a double stay different.
 */
function inOrder(value: JsonValue, isListOfMembers: boolean): string {
  if (isListOfMembers && Array.isArray(value))
    return value
      .map((element) => inOrder(element, false))
      .sort()
      .join();
  if (Array.isArray(value)) return `[${value.map((element) => inOrder(element, false)).join()}]`;
  if (!(value instanceof Map)) return writeJson(value, AS_PYTHON);
  return `{${Array.from(value, ([name, member]) => `${JSON.stringify(name)}:${inOrder(member, false)}`)
    .sort()
    .join()}}`;
}

function comparable(name: string, text: string | null): string | null {
  if (text === null || name === 'parse_utm_from_url') return text;
  return inOrder(readJson(text), name === 'convert_json_list');
}

describe('What Python 2.7 answered', () => {
  test.each(CASES)('%s: %s', (name, _, { args, result, error }) => {
    if (error === undefined) {
      expect(comparable(name, answerOf(name, args))).toBe(comparable(name, result ?? null));
    } else {
      expect(exceptionOf(() => answerOf(name, args))).toBe(error);
    }
  });

  // NaN and infinities are one of the deviations.
  const sound = CASES.filter(([, , { result }]) => result !== undefined && !/NaN|Infinity/.test(result));

  test.each(sound)('is answered by the lenient functions as well, %s: %s', (name, _, { args }) => {
    const mode = new Lenient();
    expect(answerOf(name, args, mode)).toBe(answerOf(name, args));
    expect(mode.counts).toEqual({});
  });
});
