/**
 * Every error an operator can meet, by the name Step Functions shows. The same names stand in the machine's
 * retry policies and in the runbook's table; a test holds the three together.
 */
export const ErrorCode = {
  /** The execution's input is wrong. Nothing was touched. */
  InvalidInput: 'InvalidInput',
  /** A Lambda was called with a request or an environment it does not understand: machine and Lambda do not fit. */
  InvalidRequest: 'InvalidRequest',
  /** The upgrade cannot be done as asked; all reasons are listed. Nothing was touched. */
  PlanRefused: 'PlanRefused',
  /** The world moved between the plan that was shown and its execution. */
  PlanStale: 'PlanStale',
  /** A person has said no to the plan. Nothing was changed. */
  ApprovalRejected: 'ApprovalRejected',
  /** The warehouse is not ready for the migration; all reasons are listed. */
  PreflightFailed: 'PreflightFailed',
  /** A statement was ended by a time-out. Retried by the machine. */
  StatementTimedOut: 'StatementTimedOut',
  /** A statement lost against a concurrent transaction and was rolled back. Retried by the machine. */
  StatementConflicted: 'StatementConflicted',
  /** The same statement was ended by time-outs or conflicts too often for one attempt. */
  StatementTimedOutTooOften: 'StatementTimedOutTooOften',
  /** Somebody cancelled a statement. */
  StatementCancelled: 'StatementCancelled',
  /** A statement failed with an error of the database. */
  StatementFailed: 'StatementFailed',
  /** A migration procedure logged an error and returned as if nothing had happened. */
  ProcedureFailed: 'ProcedureFailed',
  /** A migration procedure runs or finishes without moving anything. */
  MigrationStuck: 'MigrationStuck',
  /** The migration says it is done while a batch is still marked as begun. */
  TraceLeftOpen: 'TraceLeftOpen',
  /** The solution's refresh workflow failed. */
  WorkflowFailed: 'WorkflowFailed',
  /** The solution's refresh workflow succeeded without recalculating anything. */
  WorkflowDidNothing: 'WorkflowDidNothing',
  /** Migrated data do not equal the legacy data. */
  ParityFailed: 'ParityFailed',
  /** Migrated data differ in a way that can be explained, and that a person has to accept. */
  ParityNeedsAPerson: 'ParityNeedsAPerson',
  /** CloudFormation could not make the change set for the web console. */
  ChangeSetFailed: 'ChangeSetFailed',
  /** The change set of a redrive would change more than the one that was approved. */
  ChangeSetDiffers: 'ChangeSetDiffers',
  /** The web console's stack update failed and was rolled back; the failed resources' own reasons are in the message. */
  ConsoleUpdateFailed: 'ConsoleUpdateFailed',
  /** Another upgrade of the same web console has the lock. */
  LockTaken: 'LockTaken',
  /** The execution has not the lock any more, or does not run any more: its step changed nothing. */
  LockLost: 'LockLost',
  /** A backup or snapshot could not be made. */
  BackupFailed: 'BackupFailed',
  /** The web console's API refused what was asked of it. */
  ConsoleRefused: 'ConsoleRefused',
  /** A pipeline's upgrade ended without every stack at the console's version. */
  PipelineUpgradeFailed: 'PipelineUpgradeFailed',
  /** New ingestion tasks do not become healthy, so old ones are not stopped. */
  IngestionUnhealthy: 'IngestionUnhealthy',
  /** The solution's own schema workflow failed, or left objects out. */
  SchemaFailed: 'SchemaFailed',
  /** The Lambda function that replaces Python functions cannot be used in a warehouse. */
  UdfNotUsable: 'UdfNotUsable',
  /** The schema's statements are not the ones this software can replace; nothing was started. */
  SchemaNotRecognised: 'SchemaNotRecognised',
  /** Redshift refused a change of its capacity. */
  CapacityNotChanged: 'CapacityNotChanged',
  /** The legacy objects may not be dropped; all reasons are listed. Nothing was dropped. */
  CleanUpRefused: 'CleanUpRefused',
  /** Children of a Map Run failed; the message names them. */
  ChildrenFailed: 'ChildrenFailed',
  /** A step did not reach its goal in the time it has. */
  DeadlinePassed: 'DeadlinePassed',
  /** The execution's history has no room for further polling. */
  HistoryBudgetSpent: 'HistoryBudgetSpent',
  /** AWS refused a call for lack of permission. */
  AccessDenied: 'AccessDenied',
  /** AWS did not answer, throttled, or failed on its side. Retried by the machine. */
  AwsUnavailable: 'AwsUnavailable',
  /** AWS refused a call for another reason. */
  AwsRefused: 'AwsRefused',
  /** Two writers met in the state table. Retried by the machine, which observes anew. */
  JournalConflict: 'JournalConflict',
  /** Something this software was not written for: a defect, or an answer nobody has seen before. */
  Unexpected: 'Unexpected',
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** One of several things that are wrong, with the place it was found at. */
export interface Problem {
  /** Where: a JSON path of the input, or a name such as `app1.event_v2`. */
  path: string;
  message: string;
}

/** What an operator is told. Serialised as the error's message, so that the console shows all of it. */
export interface ErrorReport {
  code: ErrorCode;
  /** What failed, in one sentence. */
  what: string;
  /** Why, as far as it is known. */
  why: string;
  /** What to do next. */
  next: string;
  /** `yes`: redrive the root execution after doing that; `no`: start a new one. */
  redrive: 'yes' | 'no';
  /** Identifiers to look further with: statement, app, project, execution. */
  ids: Record<string, string>;
  problems?: Problem[];
}

/**
 * The one error class of the steps. `name` is the ErrorCode, which is what Step Functions matches retriers against;
 * `message` is the report as JSON.
 */
export class UpgradeError extends Error {
  override readonly name: ErrorCode;

  constructor(
    readonly report: ErrorReport,
    options?: ErrorOptions,
  ) {
    super(JSON.stringify(shortened(report)), options);
    this.name = report.code;
  }
}

/** Step Functions cuts an error's cause at 32,768 characters; a cut JSON could not be read by the judges. */
const LONGEST_TEXT = 3_000;
const MOST_PROBLEMS = 60;

function shortened(report: ErrorReport): ErrorReport {
  const { problems, ...rest } = report;
  const result: ErrorReport = { ...rest, what: cut(rest.what, LONGEST_TEXT), why: cut(rest.why, LONGEST_TEXT) };
  if (problems === undefined) return result;
  const shown = problems.slice(0, MOST_PROBLEMS).map(({ path, message }) => ({ path, message: cut(message, 300) }));
  const left = problems.length - shown.length;
  if (left > 0) shown.push({ path: '…', message: `and ${String(left)} more` });
  return { ...result, problems: shown };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** For the default branch of a switch over a union that has been handled completely. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
