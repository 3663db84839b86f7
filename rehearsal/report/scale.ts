/** Where a moment stands, in points from the left. */
export type Scale = (atMs: number) => number;

/**
 * Virtual time jumps: most of a run's clock is waiting, in which nothing is to be seen. Each stretch between two moments
 * gets a width that grows with the root of its length, so that both the long and the short stay visible.
 */
export function scaleOf(moments: readonly number[], left: number, right: number): Scale {
  const sorted = [...new Set(moments)].sort((a, b) => a - b);
  const offsets = [0];
  for (let index = 1; index < sorted.length; index += 1) {
    const gap = (sorted[index] ?? 0) - (sorted[index - 1] ?? 0);
    offsets.push((offsets[index - 1] ?? 0) + Math.sqrt(gap));
  }
  const total = Math.max(1, offsets.at(-1) ?? 1);
  return (atMs) => left + ((right - left) * offsetAt(atMs, sorted, offsets)) / total;
}

function offsetAt(atMs: number, moments: readonly number[], offsets: readonly number[]): number {
  const next = moments.findIndex((moment) => moment >= atMs);
  if (next === -1) return offsets.at(-1) ?? 0;
  const [from, to] = [moments[next - 1] ?? moments[next] ?? 0, moments[next] ?? 0];
  const [low, high] = [offsets[next - 1] ?? 0, offsets[next] ?? 0];
  return from === to ? high : low + ((high - low) * (atMs - from)) / (to - from);
}

const MINUTE_MS = 60_000;
/** Steps that a clock's reader expects. */
const STEPS_MS = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440].map((minutes) => minutes * MINUTE_MS);
const MOST_TICKS = 24;
/** Between the texts of two ticks, in points. */
const LEAST_GAP = 46;

/** Round times between two moments, no closer to each other than their texts are wide. */
export function ticksOf(fromMs: number, toMs: number, scale: Scale): number[] {
  const step = STEPS_MS.find((each) => (toMs - fromMs) / each <= MOST_TICKS) ?? STEPS_MS.at(-1) ?? MINUTE_MS;
  const ticks: number[] = [];
  for (let atMs = Math.ceil(fromMs / step) * step; atMs <= toMs; atMs += step) {
    const last = ticks.at(-1);
    if (last === undefined || scale(atMs) - scale(last) >= LEAST_GAP) ticks.push(atMs);
    if (ticks.length > 1_000) break;
  }
  return ticks;
}
