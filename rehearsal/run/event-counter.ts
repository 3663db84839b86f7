import type { World } from '../world/world';
import type { OnProgress } from './progress';

/** How often the warehouses are asked, in real milliseconds. */
const LOOK_MS = 1_000;

/** Tells how many events have been migrated while a run goes on. It only looks: a run is the same without it. */
export class EventCounter {
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private total = 0;

  constructor(
    private readonly world: World,
    private readonly onProgress: OnProgress,
  ) {}

  async start(): Promise<void> {
    for (const app of this.world.apps) this.total += (await this.world.truth(app)).legacyEvents;
    this.timer = setInterval(() => void this.look(), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      let done = 0;
      for (const app of this.world.apps) done += await this.world.plane.migrated(app);
      if (this.timer !== undefined)
        this.onProgress({ kind: 'events', done: Math.min(done, this.total), total: this.total });
    } catch {
      // The world is being put away, or has no such table: there is nothing to tell.
      this.stop();
    } finally {
      this.looking = false;
    }
  }
}
