import { limits } from './limits';
import { StateFailure } from './errors';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** State data: the value, and its JSON text as histories and the API show it. Never changed after it was made. */
export interface Data {
  readonly value: Json;
  readonly json: string;
}

export function toData(value: Json): Data {
  return { value, json: JSON.stringify(value) };
}

/** Data from its text. @throws SyntaxError where it is not JSON */
export function parseData(json: string): Data {
  return { value: JSON.parse(json) as Json, json };
}

/** Whether a text is longer than state data may be. */
export function exceedsDataLimit(json: string): boolean {
  // One UTF-16 unit is at most three bytes of UTF-8: most data need no counting.
  return json.length * 3 > limits.dataBytes && Buffer.byteLength(json) > limits.dataBytes;
}

/**
 * Refuses data beyond 256 KiB.
 * @throws StateFailure States.DataLimitExceeded
 */
export function checkDataLimit(data: Data, subject: string): Data {
  if (exceedsDataLimit(data.json)) {
    throw new StateFailure(
      'States.DataLimitExceeded',
      `The state/task '${subject}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  return data;
}

/** A plain copy of what JSON can say of `value`; what it cannot say becomes null, as JSON.stringify has it. */
export function jsonCopy(value: unknown): Json {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? null : (JSON.parse(text) as Json);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
