export type { OnProgress, Progress } from './progress';
export type { AppResult, Expectation, Run, RunResult } from './result';
export { runScenario, type RunOptions } from './run-scenario';
export { Series } from './series';
