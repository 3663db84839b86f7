import { COMPACT, type JsonStyle } from './json/write';
import { Deviation, type Mode } from './mode';

/** Bytes of the VARCHAR that every function returns. */
export const MAX_BYTES = 65_535;

/**
 * Writes an answer as Python 2.7 did. One that would not fit its column is written without spaces and without escapes, which
 * halves East Asian text; after that it is `shortened`, and NULL where that does not help either. Strict mode writes what Python
 * wrote, whatever its length.
 */
export function fitted(
  write: (style: JsonStyle) => string,
  mode: Mode,
  shortened: () => string | null = () => null,
): string | null {
  const text = write(mode.style);
  // Nothing but ASCII: its length is its size.
  if (mode.strict || text.length <= MAX_BYTES) return text;
  const compact = write(COMPACT);
  if (fits(compact)) {
    mode.count(Deviation.Compacted);
    return compact;
  }
  const short = shortened();
  mode.count(short === null ? Deviation.TooLong : Deviation.Shortened);
  return short;
}

export function fits(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_BYTES;
}
