import { WarmEnvironments } from '../aws/lambda/warm-environments';
import { CopiedDatabases } from './copied-databases';
import { runsOf } from './grouping';
import type { InterruptionName, MatrixRow } from './names';
import type { MatrixRunOptions } from './matrix-run';
import { LATER_MS, playRow, playSteps, stepsOf, type Step } from './play-row';
import { playUndisturbed, type Undisturbed } from './undisturbed';
import { MATRIX_WORLDS, type MatrixWorld } from './worlds';

/** Plays rows on one PostgreSQL server; worlds are prepared once, when a row needs them. */
export class Player {
  private readonly warm = new WarmEnvironments();
  private readonly undisturbed = new Map<string, Promise<Undisturbed>>();

  private constructor(
    private readonly databases: CopiedDatabases,
    private readonly seed: number,
    private readonly worlds: readonly MatrixWorld[],
  ) {}

  static async open(seed: number, worlds: readonly MatrixWorld[] = MATRIX_WORLDS): Promise<Player> {
    return new Player(await CopiedDatabases.start(), seed, worlds);
  }

  /**
   * Rows of one interruption, each in the first world that visits its state. Several states are interrupted in one run, one
   * after the other; where such a run does not hold, each of its rows is played again in a run of its own, and that counts.
   */
  async *rows(states: readonly string[], interruption: InterruptionName): AsyncGenerator<MatrixRow> {
    const missing = new Set(states);
    const obstacles: string[] = [];
    for (const world of this.worlds) {
      const undisturbed = await this.undisturbedOf(world).catch((error: unknown) => void obstacles.push(String(error)));
      const visited = [...(undisturbed?.habits.keys() ?? [])].filter((state) => missing.has(state));
      for (const state of visited) missing.delete(state);
      for (const run of runsOf(visited, interruption)) yield* this.run(world, run, interruption);
    }
    const why = ['never visited', ...obstacles].join('; ');
    for (const state of missing) yield { state, interruption, held: false, why };
  }

  /** One run of the first world with these interruptions after each other: what is not as it should be in the end. */
  async mixed(steps: readonly Step[]): Promise<string[]> {
    const [world] = this.worlds;
    if (world === undefined) throw new Error('There is no world');
    return playSteps(world, steps, {
      ...(await this.beginningOf(world)),
      undisturbed: await this.undisturbedOf(world),
    });
  }

  private async *run(
    world: MatrixWorld,
    states: readonly string[],
    interruption: InterruptionName,
  ): AsyncGenerator<MatrixRow> {
    const undisturbed = await this.comparedWith(world, states, interruption);
    const options = { ...(await this.beginningOf(world)), undisturbed };
    if (states.length > 1) {
      const steps = states.flatMap((state) => stepsOf(state, interruption));
      const why = await playSteps(world, steps, options).catch((error: unknown) => [String(error)]);
      if (why.length === 0) {
        yield* states.map((state) => ({ state, interruption, held: true }));
        return;
      }
    }
    for (const state of states) yield await playRow(world, state, interruption, options);
  }

  async close(): Promise<void> {
    await this.warm.close();
    await this.databases.stop();
  }

  /**
   * A plan is one of the day on which it is made, with its cutoff and its window. The first state makes it; where that one is
   * redriven a day later, what an undisturbed run of that day ends with is what is right.
   */
  private async comparedWith(
    world: MatrixWorld,
    states: readonly string[],
    interruption: InterruptionName,
  ): Promise<Undisturbed> {
    const undisturbed = await this.undisturbedOf(world);
    const [first] = undisturbed.habits.keys();
    const isPlannedLater = interruption === 'redrive-after-25h' && states.some((state) => state === first);
    return isPlannedLater ? this.undisturbedOf(world, LATER_MS) : undisturbed;
  }

  private undisturbedOf(world: MatrixWorld, beginsAfterMs = 0): Promise<Undisturbed> {
    const name = `${world.name} ${String(beginsAfterMs)}`;
    let known = this.undisturbed.get(name);
    if (known === undefined) {
      known = this.prepare(world, beginsAfterMs);
      this.undisturbed.set(name, known);
    }
    return known;
  }

  private async prepare(world: MatrixWorld, beginsAfterMs: number): Promise<Undisturbed> {
    const next = beginsAfterMs === 0 ? this.worlds.find(({ follows }) => follows === world.name) : undefined;
    return playUndisturbed(world, {
      ...(await this.beginningOf(world)),
      beginsAfterMs,
      ...(next === undefined ? {} : { keepAs: next.name }),
    });
  }

  private async beginningOf({ follows }: MatrixWorld): Promise<Omit<MatrixRunOptions, 'hooks'>> {
    const { databases, seed, warm } = this;
    const before = this.worlds.find(({ name }) => name === follows);
    return { databases, seed, warm, items: before === undefined ? [] : (await this.undisturbedOf(before)).items };
  }
}
