/** `1 h 52 min`, `2 min`, `40 s`. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${String(Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min`;
  const rest = minutes % 60;
  return `${String(Math.floor(minutes / 60))} h${rest === 0 ? '' : ` ${String(rest)} min`}`;
}

/**
 * A count with its noun, and whatever has to agree with it: `1 app`, `2 apps`, `1 app is migrated`.
 *
 * @param many where it is not the noun with an s
 */
export function manyText(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** `300 M`, `41.2 k`, `850`. */
export function countText(count: number): string {
  if (count >= 9_995_000) return `${String(Math.round(count / 1e6))} M`;
  if (count >= 999_500) return `${(count / 1e6).toFixed(1)} M`;
  if (count >= 10_000) return `${(count / 1e3).toFixed(1)} k`;
  return String(count);
}

/** `$47.77`. A sum below a cent is not free. */
export function usdText(usd: number): string {
  return usd < 0.005 ? 'less than $0.01' : `$${inCents(usd)}`;
}

/** `$11.56 to $16.05`, `up to $0.04`. */
export function usdRangeText({ low, high }: { low: number; high: number }): string {
  if (high < 0.005) return usdText(high);
  return low < 0.005 ? `up to ${usdText(high)}` : `${usdText(low)} to ${usdText(high)}`;
}

function inCents(usd: number): string {
  return usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** For people who count their events: `5,525`, `1.5 million`. */
export function exactText(count: number): string {
  return count >= 1e6 ? `${countText(count).replace(' M', '')} million` : count.toLocaleString('en');
}
