const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const DAY_MS = 86_400_000;

/**
 * When a schedule next comes due after a time, epoch milliseconds: rates, counted from when the rule was made, and one
 * time of every day. Source: EventBridge User Guide, scheduled rules
 *
 * @throws Error for any other expression
 */
export function nextDueMs(expression: string, madeMs: number, afterMs: number): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count !== undefined && unit !== undefined) {
    const everyMs = Number(count) * (UNIT_MS[unit] ?? 0);
    return madeMs + (Math.floor((afterMs - madeMs) / everyMs) + 1) * everyMs;
  }
  const [, minute, hour] = /^cron\((\d+) (\d+) \* \* \? \*\)$/.exec(expression) ?? [];
  if (minute === undefined || hour === undefined) {
    throw new Error(`The rehearsal does not simulate the schedule ${expression}`);
  }
  const today = Math.floor(afterMs / DAY_MS) * DAY_MS + Number(hour) * 3_600_000 + Number(minute) * 60_000;
  return today > afterMs ? today : today + DAY_MS;
}
