import type { ExecutionRecord, StateSpan } from '../run/recorder';

/** A Task with everything its loop does until the next Task: choices, waits, attempts that failed. */
export interface Phase {
  state: string;
  fromMs: number;
  toMs: number;
  /** How often its Task was entered. */
  passes: number;
  failures: { fromMs: number; toMs: number; errors: string[] }[];
}

/** Tasks whose names begin as those of Wait states do. */
const TASKS_THAT_WAIT = ['Wait for schema'];

/** Choices ask, Wait states say so: neither works. */
export function isTask(state: string): boolean {
  return TASKS_THAT_WAIT.includes(state) || !(state.endsWith('?') || state.startsWith('Wait '));
}

/** The phases of one execution, in their order. */
export function phasesOf(
  spans: readonly StateSpan[],
  { executionArn }: Pick<ExecutionRecord, 'executionArn'>,
  endMs: number,
): Phase[] {
  const phases: Phase[] = [];
  for (const span of spans) {
    if (span.executionArn !== executionArn) continue;
    const toMs = span.toMs ?? endMs;
    const { state, fromMs, errors } = span;
    let current = phases.at(-1);
    if (current === undefined || (isTask(state) && state !== current.state)) {
      current = { state, fromMs, toMs, passes: 0, failures: [] };
      phases.push(current);
    }
    current.toMs = Math.max(current.toMs, toMs);
    if (state === current.state) current.passes += 1;
    if (errors.length > 0) current.failures.push({ fromMs, toMs, errors });
  }
  return phases;
}

/** An execution and how deep it stands below its root. */
export interface Placed {
  execution: ExecutionRecord;
  depth: number;
  /** Its name without that of the project which it stands below. */
  label: string;
}

/** Roots in their order, each with its projects, each of those with its apps. */
export function familyOf(executions: readonly ExecutionRecord[]): Placed[] {
  const roots = executions.filter(({ mapRunArn }) => mapRunArn === undefined);
  const placed = roots.flatMap((root) => {
    const children = executions.filter(
      (child) => child.mapRunArn !== undefined && rootOf(child, roots)?.executionArn === root.executionArn,
    );
    const projects = children.filter(({ name }) => !name.includes(SEPARATOR));
    const below = projects.flatMap((project) => [
      { execution: project, depth: 1, label: project.name },
      ...children
        .filter(({ name }) => name.startsWith(`${project.name}${SEPARATOR}`))
        .map((app) => ({ execution: app, depth: 2, label: app.name.slice(project.name.length + SEPARATOR.length) })),
    ]);
    return [{ execution: root, depth: 0, label: root.name }, ...below];
  });
  const known = new Set(placed.map(({ execution }) => execution.executionArn));
  const lost = executions.filter(({ executionArn }) => !known.has(executionArn));
  return [...placed, ...lost.map((execution) => ({ execution, depth: 1, label: execution.name }))];
}

/** Between the names of a project and of an app. */
const SEPARATOR = ' / ';

/** The newest root that was there when a child was started. */
function rootOf(child: ExecutionRecord, roots: readonly ExecutionRecord[]): ExecutionRecord | undefined {
  const there = roots.filter(({ fromMs }) => fromMs <= child.fromMs);
  return there.findLast(({ toMs }) => toMs === undefined || toMs > child.fromMs) ?? there.at(-1);
}
