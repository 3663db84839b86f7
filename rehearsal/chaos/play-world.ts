import { failureText } from '../failure-text';
import type { WarmEnvironments } from '../aws/lambda/warm-environments';
import type { EngineEvent } from '../engine';
import { untilQuiet } from '../matrix/matrix-run';
import { Approver } from '../run/approver';
import { operatorPlace } from '../run/operator-place';
import type { OnProgress } from '../run/progress';
import { Recorder } from '../run/recorder';
import { Stage, type Ended } from '../run/stage';
import type { Check } from '../scenarios/scenario';
import { buildWorld, type World } from '../world/world';
import type { ChaosWorld, Phase } from './chaos-world';
import { worldText } from './chaos-world';
import { disturbanceText, redriveText } from './disturbance';
import { halfWay, untilGuarded } from './guarded';
import { Invariants, type End } from './invariants';
import { nextMove, type Move } from './operator';
import { Trouble } from './plant';
import { Stops } from './stops';

/** One world of chaos, as it ended: a row of `--json`. */
export interface ChaosRow {
  seed: number;
  /** How it ended: `SUCCEEDED`, or the error's code. */
  state: string;
  /** What was done to it, in words. */
  interruption: string;
  held: boolean;
  /** What does not hold. */
  why?: string;
  /** What it was, in words. */
  world: string;
  /** What the operator did, in order. */
  moves: string[];
}

export interface PlayOptions {
  onProgress?: OnProgress;
  /** Everything that happens in the engine: a watchdog tells the last of it. */
  onEvent?: (event: EngineEvent) => void;
  /** Log lines of all functions go there. */
  logFile?: string;
  /** Functions that the world before it has left warm. */
  warm?: WarmEnvironments;
}

/** Plays a world to its end and judges it. The world is put away, whatever happens. */
export async function playWorld(chaos: ChaosWorld, options: PlayOptions = {}): Promise<ChaosRow> {
  const moves: string[] = [];
  const onProgress: OnProgress = (progress) => options.onProgress?.(progress);
  try {
    const { end, checks } = await play(chaos, { ...options, onProgress }, moves);
    return rowOf(chaos, end.error ?? end.status, checks, moves);
  } catch (error) {
    const why = failureText(error);
    return rowOf(chaos, 'not played', [{ what: 'it could be played', held: false, found: why }], moves);
  }
}

export function rowOf(chaos: ChaosWorld, state: string, checks: readonly Check[], moves: string[]): ChaosRow {
  const broken = checks.filter(({ held }) => !held);
  const why = broken.map(({ what, found }) => `${what}: ${(found ?? '').slice(0, LONGEST_FOUND)}`).join('; ');
  return {
    seed: chaos.seed,
    state,
    interruption: chaos.disturbances.map(disturbanceText).join('; ') || 'nothing',
    held: broken.length === 0,
    ...(broken.length === 0 ? {} : { why }),
    world: worldText(chaos),
    moves,
  };
}

const LONGEST_FOUND = 900;

async function play(
  chaos: ChaosWorld,
  options: PlayOptions & { onProgress: OnProgress },
  moves: string[],
): Promise<{ end: End; checks: Check[] }> {
  const recorder = new Recorder();
  const stops = new Stops();
  const late: { approver?: Approver; trouble?: Trouble } = {};
  const world = await buildWorld(chaos.description, {
    ...(options.logFile === undefined ? {} : { logFile: options.logFile }),
    ...(options.warm === undefined ? {} : { warm: options.warm }),
    onEvent: (event) => {
      recorder.see(event, world.account.machineArn);
      late.approver?.see(event);
      stops.see(event);
      options.onEvent?.(event);
    },
    around: (_call, run) => late.trouble?.around(run) ?? run(),
  });
  try {
    const stage = new Stage(world, recorder, chaos.input, options.onProgress);
    if (chaos.start === 'migrated') await migrateBefore(stage);
    // Before anything is made bad: repairs are to bring back exactly this.
    const invariants = await Invariants.before(chaos, stage);
    const trouble = new Trouble(stage, chaos.seed);
    late.trouble = trouble;
    if (chaos.approvalMs !== undefined) late.approver = approverOf(world, chaos, chaos.approvalMs);
    await trouble.plant(chaos.disturbances);
    stops.arm(stage, chaos.disturbances);
    const operator = new Operator(chaos, stage, trouble, moves);
    const checks: Check[] = [];
    const done: Phase[] = [];
    let end: End | undefined;
    for (const phase of chaos.phases) {
      const { ended, because } = await operator.run(phase);
      const { status, error, cause } = ended;
      const resting = halfWay(stage);
      end = {
        phase,
        because,
        status,
        done,
        mayRest: (projectId) => resting.has(projectId),
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      };
      if (because !== 'succeeded') break;
      done.push(phase);
      // A guardian of an earlier Stop looks seldom: it sees that its root has succeeded at its next look.
      await untilQuiet(stage.world);
      if (phase === 'execute') {
        await trouble.repair();
        checks.push(...(await invariants.afterUpgrade()));
      }
    }
    if (end === undefined) throw new Error('A world without a phase');
    await trouble.repair();
    if (end.because !== 'succeeded') await untilGuarded(stage);
    return { end, checks: [...checks, ...(await invariants.afterAll(end))] };
  } finally {
    await world.dispose();
  }
}

/** An execution that nobody disturbs, of all that there is: a project that is not was not asked for then. */
async function migrateBefore(stage: Stage): Promise<void> {
  const { status, cause } = await stage.run({ mode: 'execute', projects: 'all', approvals: { plan: false } });
  if (status !== 'SUCCEEDED') throw new Error(`The execution beforehand ended ${status}: ${String(cause)}`);
}

function approverOf(world: World, { disturbances }: ChaosWorld, delayMs: number): Approver {
  const noes = disturbances.filter(({ kind }) => kind === 'refusal-by-person');
  return new Approver(operatorPlace(world), {
    delayMs,
    sayings: noes.map(() => ({ no: 'Not in the week of the sale' })),
  });
}

/** Whoever starts executions, reads how they ended, and goes on. */
class Operator {
  private redriven = 0;

  constructor(
    private readonly chaos: ChaosWorld,
    private readonly stage: Stage,
    private readonly trouble: Trouble,
    private readonly moves: string[],
  ) {}

  /** One mode, to its end. */
  async run(mode: Phase): Promise<{ ended: Ended; because: End['because'] }> {
    const count = { redrives: 0, restarts: 0 };
    this.stage.start({ mode, ...this.shownPlan(mode) });
    let ended = await this.stage.end();
    for (;;) {
      const move = nextMove({
        phase: mode,
        ...ended,
        ...count,
        redrives: count.redrives,
        isRedrivable: this.isRedrivable(),
        accepts: this.chaos.accepts,
      });
      this.moves.push(`${ended.status}${ended.error === undefined ? '' : ` ${ended.error}`}: ${moveText(move)}`);
      if (move.do === 'end') return { ended, because: move.because };
      if (move.do === 'start') {
        count.restarts += 1;
        count.redrives = 0;
        this.stage.start({ mode, ...(move.takeOver === undefined ? {} : { takeOver: move.takeOver }) });
        ended = await this.stage.end();
      } else {
        count.redrives += 1;
        ended = await this.redrive(move);
      }
    }
  }

  private async redrive({ repair, accept = false }: Extract<Move, { do: 'redrive' }>): Promise<Ended> {
    const { stage, chaos, trouble } = this;
    const moment = chaos.redrives[Math.min(this.redriven, chaos.redrives.length - 1)] ?? 'after-map-runs';
    this.redriven += 1;
    if (repair) await trouble.repair();
    if (accept) await stage.operator().accept(stage.root, [], () => undefined);
    if (moment === 'after-map-runs') await stage.mapRunsEnded();
    else if (moment !== 'at-once') await stage.world.clock.sleep(moment.hours * 3_600_000);
    this.moves.push(`redrive ${redriveText(moment)}`);
    return stage.redrive();
  }

  /** Somebody who has looked at a plan executes that one. */
  private shownPlan(mode: Phase): { planHash?: string } {
    if (mode !== 'execute' || !this.chaos.phases.includes('plan')) return {};
    const { hash } = (this.stage.output() ?? {}) as { hash?: string };
    return hash === undefined ? {} : { planHash: hash };
  }

  private isRedrivable(): boolean {
    const { redriveStatus } = this.stage.world.account.engine.describeExecution({ executionArn: this.stage.root });
    return redriveStatus === 'REDRIVABLE';
  }
}

function moveText(move: Move): string {
  switch (move.do) {
    case 'end':
      return move.because;
    case 'redrive':
      return `${move.accept === true ? 'accept, ' : ''}${move.repair ? 'repair' : 'nothing to repair'}`;
    case 'start':
      return move.takeOver === undefined ? 'a new execution' : `a new execution, takeOver ${move.takeOver}`;
  }
}
