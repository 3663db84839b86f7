import { stillHolds, type ParityVerdict } from '../shared/parity-verdict';
import type { DayCount } from '../shared/plan/app-plan';
import { versionText } from '../shared/versions';
import { exactText } from '../shared/summary';
import { NEW_DATA_MODEL, REDSHIFT, type Choice, type Choices, type ChosenApp } from './choose';
import type { Measurement } from './inspect-warehouse';
import { stackOf } from './world';

/** What is to be done with an app's data, and why. */
export interface AppDecision {
  appId: string;
  timezone: string | undefined;
  decision: 'migrate' | 'clean' | 'repair' | 'skip';
  reason: string;
  /** Its legacy tables cannot be dropped, because no verdict stands. */
  unproved: boolean;
  /** Legacy events from the cutoff on, by UTC day. */
  histogram: readonly DayCount[];
  cutoffMs: number;
}

/** Verdicts by `<project id>/<app id>`. */
export type Verdicts = ReadonlyMap<string, ParityVerdict>;

export interface DecisionFacts {
  choices: Choices;
  measurements: ReadonlyMap<string, Measurement>;
  verdicts: Verdicts;
  cutoffMs: number;
}

/** Legacy tables; while one of them is there, something is left to drop. Source: upgrade guide, step 9 */
const LEGACY_TABLES = ['event', 'event_parameter', 'user', 'item'];

/** Pure: by what is there, never by versions alone; one entry an app that is asked for. */
export function decideApps(facts: DecisionFacts, choice: Choice): AppDecision[] {
  const asked = choice.apps.filter(({ selected }) => selected).map((app) => decideApp(facts, choice, app));
  return [...asked, ...schemasOfOthers(facts, choice)];
}

/** The upgrade of a pipeline runs the schema of every app anew, and where Python is gone each of those runs fails. */
function schemasOfOthers({ choices, measurements, cutoffMs }: DecisionFacts, choice: Choice): AppDecision[] {
  const { udf } = measurements.get(choice.project.projectId) ?? {};
  if (choices.cleanup || choice.pipeline === 'none' || udf === undefined) return [];
  return choice.apps
    .filter(({ selected }) => !selected)
    .map(({ appId, timezone }) => ({
      appId,
      timezone,
      decision: 'repair',
      reason: 'its data are not asked for, but the upgrade of the pipeline runs its schema anew',
      unproved: false,
      histogram: [],
      cutoffMs,
    }));
}

function decideApp(facts: DecisionFacts, choice: Choice, { appId, timezone }: ChosenApp): AppDecision {
  const { choices, measurements, verdicts } = facts;
  const { projectId } = choice.project;
  const measured = measurements.get(projectId);
  const verdict = verdicts.get(`${projectId}/${appId}`);
  const cutoffMs = choices.cleanup ? (verdict?.cutoffMs ?? facts.cutoffMs) : facts.cutoffMs;
  const histogram = measured?.legacy[appId];
  const decided = (decision: AppDecision['decision'], reason: string): AppDecision => ({
    appId,
    timezone,
    decision,
    reason,
    unproved: false,
    histogram: histogram ?? [],
    cutoffMs,
  });
  if (choices.cleanup) {
    const left = LEGACY_TABLES.filter((name) => measured?.objects[appId]?.includes(name) === true);
    if (left.length === 0) return decided('skip', 'it has no legacy tables');
    return isProved(verdict)
      ? decided('clean', `its legacy tables ${left.join(', ')} and what only they need are dropped`)
      : { ...decided('skip', 'its migration is not proved'), unproved: true };
  }
  const target = choices.target === undefined ? 'unknown' : versionText(choices.target);
  if (stackOf(choice.project, REDSHIFT) === undefined) return decided('skip', 'it has no Redshift data model');
  if (!choice.getsNew) {
    return decided(
      'skip',
      `nothing to migrate: the data model changes with v${NEW_DATA_MODEL}, the target is ${target}`,
    );
  }
  if (choices.repair) {
    if (choice.isOld) return decided('skip', 'its pipeline has the old data model: upgrade it');
    return measured?.python?.is === 'gone'
      ? decided('repair', 'its schema is repaired where its run has failed')
      : decided('skip', 'Redshift takes Python functions in its warehouse: redrive the failed run of its schema');
  }
  if (histogram === undefined) return decided('skip', 'it has no legacy event table');
  if (stillHolds(verdict, cutoffMs, histogram)) return decided('skip', 'it is migrated, and its verdict still holds');
  const since = new Date(cutoffMs).toISOString().slice(0, 10);
  return decided('migrate', `${exactText(eventsIn(histogram))} events since ${since}`);
}

/** A person may have accepted what could not be proved. */
function isProved(verdict: ParityVerdict | undefined): boolean {
  return verdict?.state === 'proved' || verdict?.state === 'accepted';
}

export function eventsIn(histogram: readonly DayCount[]): number {
  return histogram.reduce((sum, [, events]) => sum + events, 0);
}
