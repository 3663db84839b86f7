/** Numbers of the service. Source: Step Functions Developer Guide, service-quotas; RedriveExecution and StartExecution in the API reference. */
export const limits = {
  /** UTF-8 bytes of an input, an output, or a Task's arguments or result. */
  dataBytes: 262_144,
  /** Events in one execution's history, redrives included; the last one is always the end of the execution. */
  historyEvents: 25_000,
  nameLength: 80,
  mapLabelLength: 40,
  /** Children of one Map Run that run at the same time; also what MaxConcurrency 0 means. */
  mapConcurrency: 10_000,
  mapRunRedrives: 1_000,
  redrivablePeriodMs: 14 * 86_400_000,
  executionMs: 365 * 86_400_000,
  /** A client token of RedriveExecution is honoured for this long, the last ten of them. */
  redriveTokenMs: 15 * 60_000,
  redriveTokens: 10,
  defaultTimeoutSeconds: 99_999_999,
  maxRetryAttempts: 99_999_999,
  maxDelaySeconds: 31_622_400,
  /** Length of `error` and `cause` where the API bounds them. */
  errorLength: 256,
  causeLength: 32_768,
} as const;

/** What the API refuses in an execution's or state machine's name. Source: StartExecution, request parameter `name`. */
const FORBIDDEN_IN_NAMES = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

export function isValidName(name: string): boolean {
  return name.length >= 1 && name.length <= limits.nameLength && !FORBIDDEN_IN_NAMES.test(name);
}
