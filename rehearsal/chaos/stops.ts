import type { EngineEvent } from '../engine';
import type { Stage } from '../run/stage';
import type { Disturbance } from './disturbance';

/** Presses Stop when its time has come, once for each of a world's Stops. */
export class Stops {
  /** States at whose next entry somebody presses Stop. */
  private readonly states: string[] = [];
  private stage: Stage | undefined;

  /** From now on: times are counted from here. */
  arm(stage: Stage, disturbances: readonly Disturbance[]): void {
    this.stage = stage;
    for (const disturbance of disturbances) {
      if (disturbance.kind !== 'stop') continue;
      const { at } = disturbance;
      if ('state' in at) this.states.push(at.state);
      else stage.later(at.afterMs, () => this.press());
    }
  }

  /** To be told everything that happens in the engine. */
  see(event: EngineEvent): void {
    if (event.type !== 'state-entered') return;
    const index = this.states.indexOf(event.state);
    if (index === -1) return;
    this.states.splice(index, 1);
    // A person is not in the engine's call stack.
    this.stage?.later(0, () => this.press());
  }

  private press(): void {
    const { stage } = this;
    if (stage === undefined || stage.roots.length === 0 || stage.describe().status !== 'RUNNING') return;
    stage.stop();
  }
}
