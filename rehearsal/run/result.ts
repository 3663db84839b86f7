import type { EngineStatistics } from '../engine';

/** What a run ends with: the document of `--json`. */
export interface RunResult {
  scenario: string;
  /** It ended as the scenario expects. */
  held: boolean;
  execution: {
    /** Of the root execution; of the last one where a scenario starts two. */
    status: string;
    /** Name of the root's error, when it has one. */
    error?: string;
    redrives: number;
    /** State transitions of all executions of our machine. */
    transitions: number;
    /** Events in the root's history. */
    historyEvents: number;
    /** The largest history of any execution, children included. */
    maxHistoryEvents: number;
    /** From the first start to the last end, by the embedded account's clock. */
    virtualSeconds: number;
  };
  states: EngineStatistics['states'];
  /** CALLs of procedures through the Data API. */
  statements: { submitted: number; cancelled: number; duplicated: number };
  apps: AppResult[];
  /** Path of the report. */
  report: string;
}

/** Counted in the warehouse by SQL of its own, not taken from the steps. */
export interface AppResult {
  projectId: string;
  appId: string;
  legacyEvents: number;
  migratedEvents: number;
  missing: number;
  duplicated: number;
  /** The upgrade says so (verdict proved or accepted), and it is so (nothing missing, nothing twice). */
  parity: boolean;
}

/** One thing that a scenario expects, and whether it is so. */
export interface Expectation {
  /** A sentence. */
  what: string;
  held: boolean;
  /** What was found instead; shown when it does not hold. */
  found?: string;
}

/** A run with everything the report shows. */
export interface Run {
  result: RunResult;
  expectations: Expectation[];
}
