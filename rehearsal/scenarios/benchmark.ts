import type { RunResult } from '../run/result';
import type { Stage } from '../run/stage';
import { BENCHMARK } from '../warehouse/modelled';
import { createModelledData, ModelledData } from '../world/modelled-data';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';

const PROJECT = 'shop_f3kx';

export const benchmark: Scenario = {
  name: 'benchmark',
  title: 'the guide’s 300 million events on 32 RPU, on a modelled warehouse',
  events: BENCHMARK.events,
  world: {
    days: BENCHMARK.days,
    projects: [
      {
        projectId: PROJECT,
        region: 'eu-west-1',
        apps: [{ appId: 'webshop', timezone: 'Europe/Berlin' }],
        // The guide measured the migration alone: minutes until a running load has settled are no part of it.
        processing: false,
        // And a workgroup that is already fit for it: Redshift takes minutes to change one.
        redshift: { mode: 'New_Serverless', queryLimitSeconds: 86_399 },
      },
    ],
  },
  plane: createModelledData,

  async play(stage) {
    await stage.run();
    return [];
  },

  expect(result, stage) {
    const overhead = overheadOf(result, stage);
    const { upgradeSeconds, proofSeconds, overheadSeconds, guideSeconds, dollars } = overhead;
    stage.note(sentence(overhead));
    const { maxHistoryEvents } = result.execution;
    const { events } = stage.world.description;
    const allowed = events < BENCHMARK.events ? FIXED_SECONDS : 0;
    return [
      ...migratedCompletely(result),
      equal('legacy events are those that were asked for', sum(result), events),
      holds(
        'the upgrade’s own calls take what the guide says, within a tenth',
        Math.abs(upgradeSeconds - guideSeconds) <= guideSeconds / 10 + allowed,
        `${upgradeSeconds} s, and the guide ${guideSeconds} s`,
      ),
      holds(
        'orchestration adds less than 1 % to the time that the upgrade takes',
        overheadSeconds <= upgradeSeconds / 100 + allowed,
        `${overheadSeconds} s beside ${upgradeSeconds} s of work`,
      ),
      holds(
        'checks before and proofs after each step add less than 15 %',
        proofSeconds <= (upgradeSeconds * 15) / 100 + allowed,
        `${proofSeconds} s beside ${upgradeSeconds} s of work`,
      ),
      holds('no history comes near its limit', maxHistoryEvents < 20_000, `${maxHistoryEvents} events`),
      holds('orchestration costs less than 0.50 USD', dollars < 0.5, `${dollars.toFixed(3)} USD`),
    ];
  },
};

/** Below the benchmark's size, what is fixed about an upgrade has its share: some ten seconds a step. */
const FIXED_SECONDS = 600;

/** Where the time of a benchmark run went, in seconds of virtual time; and what orchestrating it costs at most. */
export interface Overhead {
  /** From the start of the execution to its end: the sum of the four that follow. */
  totalSeconds: number;
  /** Calls and refresh workflow: what the guide's operator would wait for as well. */
  upgradeSeconds: number;
  /** Only reads of ours that go through the data: checks before the migration, proofs after each step. */
  proofSeconds: number;
  /** Until the backups are there, which the guide does not ask for. */
  backupSeconds: number;
  /** Nothing of that was at work: an end not yet noticed, a look at log or catalogue, a step between two statements. */
  overheadSeconds: number;
  /** What the guide says for so many events. */
  guideSeconds: number;
  dollars: number;
}

/** Source: AWS price lists, us-east-1, 2026: Step Functions Standard; Lambda on Arm. */
const DOLLARS = { transition: 0.025 / 1000, gigabyteSecond: 0.000_013_333_4, request: 0.2 / 1_000_000 };

/** Memory of a step's function. */
const GIGABYTES = 0.25;

/** Real time of a pass beside its waiting, which the virtual clock does not tell. Our guess, on the safe side. */
const SECONDS_A_PASS = 1;

/** @throws Error where the warehouse is not a modelled one */
export function overheadOf(result: RunResult, stage: Stage): Overhead {
  const { plane, description } = stage.world;
  if (!(plane instanceof ModelledData)) throw new Error('Only a modelled warehouse tells what it worked on');
  const { upgradeSeconds, proofSeconds } = plane.workDone(PROJECT);
  const { virtualSeconds, transitions } = result.execution;
  const backupSeconds = secondsOf('Back up', 'Upgrade the web console', stage);
  const guide = BENCHMARK.migrationSeconds + BENCHMARK.baseViewSeconds + BENCHMARK.metricsSeconds;
  // One app, one step at a time: at most one function runs at any moment, and each pass is a few transitions.
  const lambdaSeconds = virtualSeconds + transitions * SECONDS_A_PASS;
  const dollars =
    transitions * (DOLLARS.transition + DOLLARS.request) + lambdaSeconds * GIGABYTES * DOLLARS.gigabyteSecond;
  return {
    totalSeconds: virtualSeconds,
    upgradeSeconds: Math.round(upgradeSeconds),
    proofSeconds: Math.round(proofSeconds),
    backupSeconds,
    overheadSeconds: Math.round(virtualSeconds - upgradeSeconds - proofSeconds - backupSeconds),
    guideSeconds: Math.round((guide * description.events) / BENCHMARK.events),
    dollars,
  };
}

/** From the first pass of a state to that of the state after it. */
function secondsOf(state: string, next: string, { recorder }: Stage): number {
  const [from, to] = [state, next].map((name) => recorder.spans.find((span) => span.state === name)?.fromMs ?? 0);
  return Math.round(((to ?? 0) - (from ?? 0)) / 1_000);
}

function sentence({ totalSeconds, upgradeSeconds, proofSeconds, overheadSeconds, dollars }: Overhead): string {
  const share = ((100 * overheadSeconds) / upgradeSeconds).toFixed(2);
  return (
    `${totalSeconds} s in all: ${upgradeSeconds} s of calls and refresh workflow, ${proofSeconds} s of checks and proofs, ` +
    `${overheadSeconds} s (${share} %) of orchestration, which costs at most ${dollars.toFixed(2)} USD`
  );
}

function sum(result: RunResult): number {
  return result.apps.reduce((total, { legacyEvents }) => total + legacyEvents, 0);
}
