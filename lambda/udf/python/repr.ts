/**
 * A double as Python 2.7 writes it: the shortest digits that give it back, always with a point or an exponent, the exponent of
 * two digits at least. Python and JavaScript find the same digits; they differ in where the exponent begins.
 * @example reprOf(3) // '3.0'
 * @example reprOf(1e-5) // '1e-05'
 */
export function reprOf(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return 'Infinity';
  if (value === -Infinity) return '-Infinity';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e16)) {
    return Number.isInteger(value) ? `${String(value)}.0` : String(value);
  }
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}
