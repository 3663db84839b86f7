/** A fleet's capacity over time: tasks that are running, healthy and not being stopped. */
export class ServingRecord {
  private readonly points: { atMs: number; serving: number }[] = [];
  /** Ids of tasks killed before they could stop by themselves: what they had buffered is lost. */
  readonly cutShort: string[] = [];

  note(atMs: number, serving: number): void {
    const last = this.points.at(-1);
    if (last?.atMs === atMs) last.serving = serving;
    else if (last?.serving !== serving) this.points.push({ atMs, serving });
  }

  get now(): number {
    return this.points.at(-1)?.serving ?? 0;
  }

  /** The least there was from a moment on, the capacity of that moment included. */
  leastSince(sinceMs = 0): number {
    const before = this.points.findLastIndex(({ atMs }) => atMs <= sinceMs);
    return Math.min(...this.points.slice(Math.max(0, before)).map(({ serving }) => serving));
  }

  get most(): number {
    return Math.max(0, ...this.points.map(({ serving }) => serving));
  }
}
