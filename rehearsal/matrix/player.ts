import { WarmEnvironments } from '../aws/lambda/warm-environments';
import { CopiedDatabases } from './copied-databases';
import type { InterruptionName, MatrixRow } from './names';
import type { MatrixRunOptions } from './matrix-run';
import { playRow, playSteps, type Step } from './play-row';
import type { TaskState } from './task-states';
import { playUndisturbed, type Undisturbed } from './undisturbed';
import { MATRIX_WORLDS, type MatrixWorld } from './worlds';

/** Plays rows one after the other on one PostgreSQL server; worlds are prepared once, when a row needs them. */
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

  /** Every Task state of every machine, as synthesised. */
  async tasks(): Promise<TaskState[]> {
    const [first] = this.worlds;
    return first === undefined ? [] : (await this.undisturbedOf(first)).tasks;
  }

  /** In the first world that visits the state. */
  async row(state: string, interruption: InterruptionName): Promise<MatrixRow> {
    try {
      for (const world of this.worlds) {
        const undisturbed = await this.undisturbedOf(world);
        if (!undisturbed.habits.has(state)) continue;
        return await playRow(world, state, interruption, { ...(await this.beginningOf(world)), undisturbed });
      }
    } catch (error) {
      return { state, interruption, held: false, why: String(error) };
    }
    return { state, interruption, held: false, why: 'never visited' };
  }

  /** One run of the first world with several interruptions after each other: what is not as it should be in the end. */
  async combined(steps: readonly Step[]): Promise<string[]> {
    const [world] = this.worlds;
    if (world === undefined) throw new Error('There is no world');
    const undisturbed = await this.undisturbedOf(world);
    return playSteps(world, steps, { ...(await this.beginningOf(world)), undisturbed });
  }

  async close(): Promise<void> {
    await this.warm.close();
    await this.databases.stop();
  }

  private undisturbedOf(world: MatrixWorld): Promise<Undisturbed> {
    let known = this.undisturbed.get(world.name);
    if (known === undefined) {
      known = this.prepare(world);
      this.undisturbed.set(world.name, known);
    }
    return known;
  }

  private async prepare(world: MatrixWorld): Promise<Undisturbed> {
    const next = this.worlds.find(({ follows }) => follows === world.name);
    return playUndisturbed(world, {
      ...(await this.beginningOf(world)),
      ...(next === undefined ? {} : { keepAs: next.name }),
    });
  }

  private async beginningOf({ follows }: MatrixWorld): Promise<Omit<MatrixRunOptions, 'hooks'>> {
    const { databases, seed, warm } = this;
    const before = this.worlds.find(({ name }) => name === follows);
    return { databases, seed, warm, items: before === undefined ? [] : (await this.undisturbedOf(before)).items };
  }
}
