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
  // Reads, and the refresh of one view: an hour of them.
  ['check', 150],
  // A statement a window: 200 × 2, and room for some that run for a day.
  ['migrate-events', 500],
  // One statement.
  ['migrate-users', 50],
  // A statement a window: 200 × 2.
  ['migrate-items', 440],
  // One statement.
  ['migrate-sessions', 50],
  // A statement a day: 400 × 2.
  ['refresh-base-view', 840],
  // One workflow of hours.
  ['recalculate-metrics', 80],
  // A handful of long reads.
  ['verify-parity', 40],
] as const;

/** What the loops outside an app leave: room for further rounds of the judges, and for the report. */
const OUTSIDE_THE_APP = {
  'inspect-and-plan': 800,
  'list-apps': 400,
  'judge-children': 100,
  report: 0,
} as const;

export type BudgetedStep = (typeof APP_LOOPS)[number][0] | keyof typeof OUTSIDE_THE_APP;

/** Passes that a step leaves for the steps after it in its execution. */
export function passesToLeave(step: BudgetedStep): number {
  if (isOutside(step)) return OUTSIDE_THE_APP[step];
  const position = APP_LOOPS.findIndex(([loop]) => loop === step);
  return APP_LOOPS.slice(position + 1).reduce((sum, [, passes]) => sum + passes, 0);
}

function isOutside(step: BudgetedStep): step is keyof typeof OUTSIDE_THE_APP {
  return step in OUTSIDE_THE_APP;
}
