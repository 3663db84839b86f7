import { DAY_MS, type DayCount } from '../plan/app-plan';

/**
 * Windows of the *windowed* strategy. The migration procedure takes a number of days back from the moment it is called,
 * and no upper bound; so a window is a number k, and calling k1 < k2 < … moves the newest events first and a bounded
 * number of further ones at each step.
 */
export interface Window {
  /** Argument of the call: how many times 24 hours back. */
  days: number;
  /** Events of the UTC days that begin in the step from the window before to this one. */
  events: number;
}

/** A call reaches the warehouse a little after its window was computed; the window must still reach what it is for. */
export const CALL_MARGIN_MS = 15 * 60_000;

/** Days back that reach the cutoff at any moment up to the margin from now. */
export function daysToCutoff(cutoffMs: number, nowMs: number): number {
  return daysBack(cutoffMs, nowMs);
}

/**
 * Splits a per-day histogram into windows that strictly grow and end at the cutoff.
 *
 * A step adds at most `eventsPerWindow` events, whatever the time of day of the call, except where it is one single
 * day: the procedure cannot take less. A step of several days touches one UTC day more than it spans, because it is
 * counted from the time of the call; all touched days are counted in full.
 *
 * @param histogram events by UTC day, any order; days before the cutoff are ignored
 * @param nowMs the warehouse's time, epoch milliseconds
 * @param after windows up to this many days back are left out
 */
export function planWindows(
  histogram: readonly DayCount[],
  nowMs: number,
  cutoffMs: number,
  eventsPerWindow: number,
  after = 0,
): Window[] {
  const counts = new Map<number, number>();
  for (const [dayMs, events] of histogram) {
    if (dayMs + DAY_MS > cutoffMs) counts.set(Math.floor(dayMs / DAY_MS), events);
  }
  const last = daysToCutoff(cutoffMs, nowMs);
  const windows: Window[] = [];
  let from = Math.min(after, last - 1);
  while (from < last) {
    let to = from + 1;
    while (to < last && touched(counts, nowMs, from, to + 1) <= eventsPerWindow) to += 1;
    windows.push({ days: to, events: begun(counts, nowMs, from, to) });
    from = to;
  }
  return windows;
}

/**
 * The next call for what remains: the smallest step that moves at least the newest remaining event and no more than
 * `eventsPerWindow`, or one day.
 *
 * @param remaining events that are still to be moved, by UTC day
 * @param newestMs the newest of them
 */
export function nextWindow(
  remaining: readonly DayCount[],
  newestMs: number,
  nowMs: number,
  cutoffMs: number,
  eventsPerWindow: number,
): Window {
  const reach = Math.min(daysBack(newestMs, nowMs), daysToCutoff(cutoffMs, nowMs));
  const [window] = planWindows(remaining, nowMs, cutoffMs, eventsPerWindow, reach - 1);
  return window ?? { days: reach, events: 0 };
}

/** The fewest days back that surely reach `timeMs`, the margin included; at least one. */
function daysBack(timeMs: number, nowMs: number): number {
  return Math.max(1, Math.ceil((nowMs + CALL_MARGIN_MS - timeMs) / DAY_MS));
}

/** Events of all UTC days that the step (from, to] may touch when it is called between now and the margin from now. */
function touched(counts: Map<number, number>, nowMs: number, from: number, to: number): number {
  const oldest = Math.floor((nowMs - to * DAY_MS) / DAY_MS);
  const newest = from === 0 ? Number.POSITIVE_INFINITY : Math.floor((nowMs + CALL_MARGIN_MS - from * DAY_MS) / DAY_MS);
  return sum(counts, (day) => day >= oldest && day <= newest);
}

/** Events of the UTC days that begin within the step (from, to]; every day begins in exactly one step. */
function begun(counts: Map<number, number>, nowMs: number, from: number, to: number): number {
  const oldestMs = to * DAY_MS;
  const newestMs = from === 0 ? Number.NEGATIVE_INFINITY : from * DAY_MS;
  return sum(counts, (day) => {
    const age = nowMs + CALL_MARGIN_MS - day * DAY_MS;
    return age <= oldestMs && age > newestMs;
  });
}

function sum(counts: Map<number, number>, includes: (day: number) => boolean): number {
  let total = 0;
  for (const [day, events] of counts) if (includes(day)) total += events;
  return total;
}
