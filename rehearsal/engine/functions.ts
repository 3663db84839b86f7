import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import { StateFailure } from './errors';

/** Where expressions take time and chance from. */
export interface Surroundings {
  readonly nowMs: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly uuid: () => string;
}

/** Names of JSONata 2.0.6 and of Step Functions; `$eval` is absent on purpose. Source: Developer Guide, transforming-data. */
export const FUNCTION_NAMES: ReadonlySet<string> = new Set(
  (
    'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match ' +
    'contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power ' +
    'random boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse each error assert ' +
    'type sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl ' +
    'toMillis fromMillis clone now millis partition range hash uuid parse'
  ).split(' '),
);

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

const formatTime = jsonata('$fromMillis($at, $picture, $zone)');

/** Replaces what tells time or chance by the rehearsal's own, and adds what Step Functions adds to JSONata. */
export function registerFunctions(expression: jsonata.Expression, surroundings: Surroundings): void {
  const { nowMs, random, uuid } = surroundings;
  expression.registerFunction('millis', nowMs, '<:n>');
  expression.registerFunction(
    'now',
    (picture?: string, zone?: string): unknown =>
      picture === undefined
        ? new Date(nowMs()).toISOString()
        : formatTime.evaluate(undefined, { at: nowMs(), picture, zone }),
    '<s?s?:s>',
  );
  expression.registerFunction('uuid', uuid, '<:s>');
  expression.registerFunction('random', (seed?: number) => (seed === undefined ? random() : seeded(seed)), '<n?:n>');
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn?:a>');
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction('parse', (text: string): unknown => JSON.parse(text), '<s:x>');
  expression.registerFunction('eval', () => {
    throw new StateFailure('States.QueryEvaluationError', 'The function $eval is not supported.');
  });
}

function partition(items: unknown[], size: number): unknown[][] {
  if (!Number.isInteger(size) || size < 1) throw new Error('the chunk size of $partition must be a positive integer');
  const chunks: unknown[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}

function range(first: number, last: number, step = 1): number[] {
  if (step === 0) throw new Error('the step of $range must not be 0');
  const numbers: number[] = [];
  for (let value = first; step > 0 ? value <= last : value >= last; value += step) {
    // Source: Developer Guide, intrinsic-functions: States.ArrayRange, whose counterpart this is, stops at 1,000.
    if (numbers.length === 1_000) throw new Error('$range may not produce more than 1000 numbers');
    numbers.push(value);
  }
  return numbers;
}

function hash(text: string, algorithm: string): string {
  const name = HASHES[algorithm];
  if (name === undefined) throw new Error(`$hash knows ${Object.keys(HASHES).join(', ')}, not ${algorithm}`);
  return createHash(name).update(text).digest('hex');
}

/** Deterministic in the seed, like AWS's; not the same number as AWS's, whose generator is not published. */
function seeded(seed: number): number {
  const digest = createHash('sha256').update(String(seed)).digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}
