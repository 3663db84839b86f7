const DAY_MS = 86_400_000;

/** An instant's wall clock in a time zone, as if it were UTC: epoch milliseconds. */
function wallClockMs(atMs: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(new Date(atMs));
  const value = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value ?? 0);
  return (
    Date.UTC(value('year'), value('month') - 1, value('day'), value('hour'), value('minute'), value('second')) +
    (atMs % 1000)
  );
}

/** Date in a time zone, `YYYY-MM-DD`. */
export function localDate(atMs: number, timezone: string): string {
  return new Date(wallClockMs(atMs, timezone)).toISOString().slice(0, 10);
}

/** Whole days between two instants by the wall clock of a time zone, rounded down: 23:59 after 00:00 is none. */
export function localDaysBetween(fromMs: number, toMs: number, timezone: string): number {
  return Math.floor((wallClockMs(toMs, timezone) - wallClockMs(fromMs, timezone)) / DAY_MS);
}
