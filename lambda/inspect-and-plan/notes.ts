import type { ProjectPlan } from '../shared/plan/project-plan';
import { countText, durationText } from '../shared/summary';
import type { Choice, Choices } from './choose';
import { eventsIn, type AppDecision } from './decide-apps';
import { longestCallSeconds } from './estimate';
import type { UpgradeInput } from './input';
import type { FoundUdf } from './find-udf';
import { isDeprecated, type Measurement } from './inspect-warehouse';

export interface NoteFacts {
  choices: Choices;
  choice: Choice;
  measured: Measurement | undefined;
  decisions: readonly AppDecision[];
  /** Events of each call that is planned. */
  calls: readonly number[];
  migration: UpgradeInput['migration'];
  capacity: ProjectPlan['capacity'];
  /** Capacity while data are migrated. */
  rpu: number;
}

/** From here on the capacity of a warehouse matters: minutes of the guide's benchmark, not seconds. */
const MANY_EVENTS = 5_000_000;

/** Most entries of a kind that a plan lists. */
const MOST = 20;

/** Pure: what an operator should know although nothing is refused. */
export function notesOf(facts: NoteFacts): string[] {
  const { choices, choice, measured } = facts;
  return [
    ...(choices.cleanup ? [] : pipelineNotes(choice)),
    ...viewNotes(facts),
    ...(choice.pipeline === 'none' ? [] : ownerNotes(measured)),
    ...pythonNotes(choice, measured),
    ...capacityNotes(facts),
  ];
}

function pipelineNotes({ project, pipeline, state }: Choice): string[] {
  if (pipeline === 'none') return [];
  const retried = `Its pipeline shows a warning (${state.why}): Retry is asked for first.`;
  return [...(pipeline === 'retry' ? [retried] : []), ...project.handSet];
}

function viewNotes({ choices, choice, measured, decisions }: NoteFacts): string[] {
  const dependants = measured?.dependants ?? [];
  if (choices.cleanup) {
    const cleaned = new Set(
      decisions.filter(({ decision }) => decision === 'clean').map(({ appId }) => appId.toLowerCase()),
    );
    return shortened(
      dependants
        .filter(({ on }) => cleaned.has(on.slice(0, on.indexOf('.'))))
        .map(({ view, on }) => `View ${view} stands on ${on} and is dropped with it.`),
    );
  }
  if (choice.pipeline === 'none') return [];
  return shortened(
    dependants.map(({ view, on }) =>
      isDeprecated(on)
        ? `View ${view} stands on ${on}, which the upgrade drops with CASCADE: keep its definition.`
        : `View ${view} stands on ${on}: it stays for now, and is lost when the legacy tables are cleaned up.`,
    ),
  );
}

function ownerNotes(measured: Measurement | undefined): string[] {
  return shortened(
    (measured?.foreign ?? []).map(
      ({ name, owner }) =>
        `${name} belongs to ${owner}: the solution's update of the schema fails where it has to replace it.`,
    ),
  );
}

function pythonNotes({ isOld, pipeline }: Choice, measured: Measurement | undefined): string[] {
  if (measured?.python?.is !== 'gone') return [];
  if (measured.udf !== undefined) return replacedNotes(measured.udf);
  if (isOld || pipeline === 'none') return [];
  return [
    'Redshift takes no new Python functions in this warehouse: if the release changes the schema, the solution’s own run of it stops at the first of them. With "pythonUdf": "replace" in the input they are replaced.',
  ];
}

/** Redshift calls as many as it has slices. Source: docs/python-udfs.md */
const FEW_EXECUTIONS = 100;

function replacedNotes({ functionName, roleArn, concurrency }: FoundUdf): string[] {
  const replaced = `Redshift takes no new Python functions in its warehouse: the Lambda function ${functionName} stands in for them, called by ${roleArn}, for about 3 USD for 100 million events. Role and function stay, because the daily scan of metadata calls one of them.`;
  if (concurrency === undefined || concurrency >= FEW_EXECUTIONS) return [replaced];
  return [
    replaced,
    `Lambda may run ${String(concurrency)} functions at once in its region: the migration shares them with everything else there, the ingestion too, and waits up to ten minutes for its turn.`,
  ];
}

function capacityNotes({ choice, measured, decisions, calls, migration, capacity, rpu }: NoteFacts): string[] {
  const moved = decisions.filter(({ decision }) => decision === 'migrate');
  if (moved.length === 0) return [];
  const notes: string[] = [];
  const events = moved.reduce((sum, { histogram }) => sum + eventsIn(histogram), 0);
  if (choice.project.warehouse?.kind === 'provisioned') {
    if (events >= MANY_EVENTS) {
      notes.push(
        `Its warehouse is a cluster: it is not resized. For ${countText(events)} events consider an elastic resize before, and back after.`,
      );
    }
  } else if (migration.rpu !== undefined && capacity === undefined) {
    notes.push(
      `Its workgroup has ${String(measured?.baseCapacityRpu ?? 0)} RPU already, so its capacity is left as it is.`,
    );
  }
  const limit = measured?.maxQueryExecutionSeconds ?? 0;
  const longest = longestCallSeconds(Math.max(0, ...calls), rpu);
  if (limit > 0 && longest > limit) {
    notes.push(
      `The longest call may take ${durationText(longest)}, max_query_execution_time of the workgroup ends it after ${durationText(limit)}: raise it, or choose a smaller eventsPerWindow. What is ended is resumed, but slowly.`,
    );
  }
  return notes;
}

function shortened(notes: string[]): string[] {
  if (notes.length <= MOST) return notes;
  return [...notes.slice(0, MOST), `And ${String(notes.length - MOST)} more of that kind.`];
}
