/** `1 h 52 min`, `2 min`, `40 s`. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${String(Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min`;
  const rest = minutes % 60;
  return `${String(Math.floor(minutes / 60))} h${rest === 0 ? '' : ` ${String(rest)} min`}`;
}

/** `300 M`, `41.2 k`, `850`. */
export function countText(count: number): string {
  if (count >= 9_995_000) return `${String(Math.round(count / 1e6))} M`;
  if (count >= 999_500) return `${(count / 1e6).toFixed(1)} M`;
  if (count >= 10_000) return `${(count / 1e3).toFixed(1)} k`;
  return String(count);
}
