import type { Saying } from '../run/approver';
import type { Expectation, RunResult } from '../run/result';
import type { Stage } from '../run/stage';
import type { WorldDescription } from '../world/description';
import type { WorldOptions } from '../world/world';

export type Strategy = 'windowed' | 'documented';

/** A world, what happens in it, and how that is expected to end. */
export interface Scenario {
  /** As on the command line. */
  name: string;
  /** One sentence: what it shows. */
  title: string;
  /** Legacy events over all apps, where nobody says how many. */
  events: number;
  /** Everything but seed and events. */
  world: Omit<WorldDescription, 'seed' | 'events'>;
  /** The strategy it needs; `windowed`, or what the command line says, where it is left out. */
  strategy?: Strategy;
  /** Members of `migration` in the execution's input, beside days and strategy. */
  migration?: Record<string, unknown>;
  /** Members of the execution's input. */
  input?: Record<string, unknown>;
  /** What the person who is asked for approval says to the first question, the second, …; yes to all that follow. */
  sayings?: readonly Saying[];
  /** What our own stack is deployed with, beside cdk.json's context. */
  context?: Record<string, unknown>;
  /** Regions where the stack of the Lambda that Redshift calls is deployed; those of the pipelines where it is left out. */
  udfRegions?: readonly string[];
  /** Operations that IAM refuses because of what happens; no other may be refused. */
  refused?: readonly string[];
  /** Another kind of warehouse than PostgreSQL. */
  plane?: WorldOptions['plane'];
  /** What happens: faults, executions, repairs, redrives. Returns what to expect beside the result. */
  play(stage: Stage): Promise<Check[]>;
  /** What is expected of the result. */
  expect(result: RunResult, stage: Stage): Check[];
}

/** A named expectation before it is written down. */
export type Check = Expectation;

/** `what` holds when both are the same. */
export function equal(what: string, found: unknown, expected: unknown): Check {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  return { what, held: one === other, found: `${one}, not ${other}` };
}

export function holds(what: string, held: boolean, found: unknown = held): Check {
  return { what, held, found: typeof found === 'string' ? found : JSON.stringify(found) };
}

/** What is expected wherever everything has been migrated in the end. */
export function migratedCompletely(result: RunResult): Check[] {
  return [
    equal('the execution succeeded', result.execution.status, 'SUCCEEDED'),
    ...result.apps.flatMap(({ projectId, appId, missing, duplicated, parity }) => [
      equal(`${projectId}/${appId}: nothing is missing, nothing is there twice`, [missing, duplicated], [0, 0]),
      holds(`${projectId}/${appId}: the upgrade has proved parity`, parity),
    ]),
    equal('nothing was started twice', result.statements.duplicated, 0),
  ];
}
