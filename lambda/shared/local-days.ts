/** Beginning and last millisecond of the local day that a moment falls into, as epoch milliseconds. */
export function localDayBounds(timeMs: number, timezone: string): { startMs: number; endMs: number } {
  const day = localDate(timeMs, timezone);
  return { startMs: startOfLocalDay(day, timezone), endMs: startOfLocalDay(nextDate(day), timezone) - 1 };
}

/** Making a formatter costs far more than using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** `2024-05-10`, in the time zone. */
export function localDate(timeMs: number, timezone: string): string {
  const format =
    formats.get(timezone) ??
    new Intl.DateTimeFormat('en-CA', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(timezone, format);
  return format.format(timeMs);
}

function nextDate(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/**
 * The first moment of a local date. Found by looking, because an offset may change in the night: the earliest moment
 * around UTC midnight at which the zone shows that date.
 */
function startOfLocalDay(date: string, timezone: string): number {
  const utcMidnight = Date.parse(`${date}T00:00:00Z`);
  // Offsets lie between -12 h and +14 h and are multiples of 15 minutes.
  let low = utcMidnight - 15 * 3_600_000;
  let high = utcMidnight + 13 * 3_600_000;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (localDate(middle, timezone) >= date) high = middle;
    else low = middle;
  }
  return high;
}
