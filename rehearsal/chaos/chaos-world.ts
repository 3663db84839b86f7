import type { WorldDescription } from '../world/description';
import type { Disturbance, RedriveMoment } from './disturbance';

/** What is asked of the upgrade, one after the other: each begins when the one before it has succeeded. */
export type Phase = 'plan' | 'execute' | 'cleanup';

/**
 * How far the solution was when the world began:
 * - `before`: console and pipelines are of 1.1.0 to 1.1.5;
 * - `console-ahead`: the console is at the target, its pipelines are not;
 * - `new-model`: everything is of a release with the new data model, an older one than the target;
 * - `only-data`: everything is at the target, only the data are left;
 * - `migrated`: so, and an earlier execution has migrated them;
 * - `too-old`: 1.0.x, which the plan refuses.
 */
export type Start = 'before' | 'console-ahead' | 'new-model' | 'only-data' | 'migrated' | 'too-old';

/** Why the plan has to refuse this world. */
export type Refusal = 'too-old' | 'no-time-zone' | 'python-gone' | 'one-server' | 'unknown-project';

/** One world of chaos: all of it follows from its seed. */
export interface ChaosWorld {
  seed: number;
  start: Start;
  description: WorldDescription;
  /** Release that the console is to be at. */
  target: string;
  /** The execution's input without its mode. */
  input: Record<string, unknown>;
  phases: readonly Phase[];
  /** Undefined where the plan has to take it. */
  refusal: Refusal | undefined;
  /** Somebody is asked, and says yes after this long, virtual milliseconds. */
  approvalMs: number | undefined;
  /** What happens to it. */
  disturbances: readonly Disturbance[];
  /** What the operator makes of differences that only a person can judge: whether it takes the explanation for true. */
  accepts: boolean;
  /** When the operator redrives, one for each time; the last one for all times after it. */
  redrives: readonly RedriveMoment[];
}

/** In a few words, for a person who reads the rows. */
export function worldText({ start, description, target, input, phases, refusal, approvalMs }: ChaosWorld): string {
  const { version, partition = 'aws', projects, events, days, pythonUdfs } = description;
  const { strategy } = input['migration'] as { strategy: string };
  return [
    `${start}: ${String(version)} to ${target}, ${partition}`,
    ...projects.map(
      ({ projectId, region, apps, redshift, ingestion, version: own }) =>
        `${projectId} in ${region}${own === undefined ? '' : ` at ${own}`} (${redshift?.mode ?? 'New_Serverless'}, ${ingestion?.infra ?? 'no servers'}): ` +
        apps.map(({ appId, timezone }) => `${appId} ${timezone}`).join(', '),
    ),
    `${events} events, ${days} days, ${strategy}`,
    `${phases.join(', then ')}${approvalMs === undefined ? '' : ', with approval'}`,
    ...(pythonUdfs === 'gone'
      ? [`Python functions gone${input['pythonUdf'] === 'replace' ? ', to be replaced' : ''}`]
      : []),
    ...(refusal === undefined ? [] : [`to be refused: ${refusal}`]),
  ].join('; ');
}
