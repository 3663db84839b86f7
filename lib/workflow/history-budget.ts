/**
 * How many loop passes an execution may make.
 *
 * An execution may have 25,000 history events, redrives included, and one that reaches them can never be redriven
 * (Step Functions Developer Guide, service-quotas and redrive-executions). Each pass of a loop costs nine:
 * Task 5 (StateEntered, Scheduled, Started, Succeeded, StateExited), Choice 2, Wait 2 (StateEntered, StateExited each).
 * The rest of the room is for what is not counted in passes: 3 events for each retry of a Task (Failed, Scheduled,
 * Started), 5 for each redrive (TaskFailed, ExecutionFailed, ExecutionRedriven, Scheduled, Started), 5 for a Map.
 */
export const EVENTS_PER_PASS = 9;
export const EVENTS_PER_RETRY = 3;
export const EVENTS_PER_REDRIVE = 5;

/** No execution should come near the limit of 25,000; some room is left for an operator's redrives. */
export const MOST_EVENTS = 20_000;

/** 2,150 × 9 = 19,350 events; the 650 left below {@link MOST_EVENTS} hold 200 retries and more redrives than anybody makes. */
export const HISTORY_PASSES = 2_150;

/**
 * Passes each loop of an app can count on, whatever the loops before it have used, in their order. Sized for an app of
 * 400 days and 200 windows; what a loop does not use, the loops after it may.
 */
const APP_LOOPS = [
  // Two workflows of at most two hours each: the one that fails, and the repaired one.
  ['repair-schema', 60],
  // One workflow of at most two hours.
  ['wait-for-schema', 40],
  // Reads, and the refresh of one view: an hour of them.
  ['check', 90],
  // A statement a window: 200 × 2, and room for some that run for a day.
  ['migrate-events', 480],
  // One statement.
  ['migrate-users', 50],
  // A statement a window: 200 × 2.
  ['migrate-items', 440],
  // One statement.
  ['migrate-sessions', 50],
  // A statement a day: 400 × 2.
  ['refresh-base-view', 840],
  // One workflow of hours.
  ['recalculate-metrics', 70],
  // A handful of long reads.
  ['verify-parity', 30],
] as const;

/** Loops of a clean-up's app before its last: a handful of reads. The last drops some twenty objects. */
const CLEAN_UP_LOOPS = [['clean-up', 400]] as const;

/**
 * Loops of a project, in the order of their last use. The judge's AGAIN leads through the last ones once more, so more is
 * left to each than one round takes.
 */
const PROJECT_LOOPS = [
  ['list-apps', 20],
  // An app at a time.
  ['set-timezones', 150],
  ['upgrade-pipeline', 450],
  // Ten instances at a time, each of which may take an hour to drain.
  ['replace-instances', 400],
  // Before the upgrade and after it, where it stands here: a running job, and the load after it, may take half a day.
  ['pause-processing', 200],
  ['scale-warehouse', 300],
  ['resume-processing', 300],
] as const;

/** Loops of the root. */
const ROOT_LOOPS = [
  // A pass a project, and its statements.
  ['inspect-and-plan', 1_000],
  ['prepare-change-set', 60],
  ['approve-plan', 10],
  ['take-lock', 10],
  // A role a warehouse, and the statements of its probe.
  ['prove-functions', 300],
  // A backup a table, a snapshot a warehouse.
  ['back-up', 300],
  ['upgrade-console', 200],
] as const;

/** Loops of the guardian before its judge. */
const GUARDIAN_LOOPS = [
  ['look-at-root', 20],
  ['wait-for-map-runs', 400],
  ['tell-what-happened', 40],
] as const;

/** Loops of the guardian's child for a project: after its own, two that the upgrade's child has as well. */
const PUT_BACK_LOOPS = [
  ['cancel-statements', 600],
  ['scale-warehouse', 300],
  ['resume-processing', 300],
] as const;

/** What every execution keeps for its judge, for rounds of AGAIN, for the report and the lock. */
const JUDGE_PASSES = 100;

const LAST_LOOPS = { 'judge-children': 20, report: 10, 'release-lock': 0 } as const;

const CHAINS = [APP_LOOPS, CLEAN_UP_LOOPS] as const;
/** Of a step in two of them the first counts. */
const JUDGED_CHAINS = [PROJECT_LOOPS, ROOT_LOOPS, GUARDIAN_LOOPS, PUT_BACK_LOOPS] as const;

export type BudgetedStep =
  (typeof CHAINS)[number][number][0] | (typeof JUDGED_CHAINS)[number][number][0] | keyof typeof LAST_LOOPS;

/** Passes that a step leaves for the steps after it in its execution. */
export function passesToLeave(step: BudgetedStep): number {
  if (isLast(step)) return LAST_LOOPS[step];
  const chain = CHAINS.find((loops) => loops.some(([loop]) => loop === step));
  if (chain !== undefined) return passesAfter(chain, step);
  const judged = JUDGED_CHAINS.find((loops) => loops.some(([loop]) => loop === step));
  return passesAfter(judged ?? [], step) + JUDGE_PASSES;
}

function passesAfter(loops: readonly (readonly [string, number])[], step: string): number {
  const position = loops.findIndex(([loop]) => loop === step);
  return loops.slice(position + 1).reduce((sum, [, passes]) => sum + passes, 0);
}

function isLast(step: BudgetedStep): step is keyof typeof LAST_LOOPS {
  return step in LAST_LOOPS;
}
