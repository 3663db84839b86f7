import { AwsError } from '../aws/service';
import type { CompiledMachine, Problem, State, Workflow } from './asl';
import { Compiler, type Scope } from './compiler';
import { isObject } from './data';
import { Fields } from './fields';
import type { Surroundings } from './functions';
import { limits } from './limits';
import { compileState } from './states';

/** Refused at registration: what the definition says and this engine does not run. */
export class InvalidDefinition extends AwsError {
  constructor(readonly problems: readonly Problem[]) {
    const list = problems.map(({ path, message }) => `${message} at ${path}`).join('; ');
    super('InvalidDefinition', `Invalid State Machine Definition: '${list}'`);
  }
}

/**
 * Checks and compiles a definition. Only what the engine runs passes: everything else is refused here, so that nothing
 * is silently ignored later.
 * @throws InvalidDefinition naming every problem with its path
 */
export function compileMachine(definition: unknown, surroundings: Surroundings): CompiledMachine {
  const compiler = new Compiler(surroundings);
  const names: MachineNames = { states: new Map(), labels: new Map() };
  const fields = new Fields(compiler, '', definition);
  const language = fields.take('QueryLanguage');
  if (language !== 'JSONata') {
    compiler.problem(
      '/QueryLanguage',
      'must be JSONata; this engine runs no JSONPath, which is what leaving it out means',
    );
  }
  fields.text('Comment');
  const version = fields.text('Version');
  if (version !== undefined && version !== '1.0') compiler.problem('/Version', 'must be 1.0');
  const timeoutSeconds = fields.integer('TimeoutSeconds', 1, limits.defaultTimeoutSeconds);
  const workflow = compileWorkflow(fields, compiler, names);
  fields.refuseRest();
  if (compiler.problems.length > 0) throw new InvalidDefinition(compiler.problems);
  return { ...workflow, timeoutSeconds };
}

/** Names that must be unique in a whole machine, nested processors included, with the path of their first use. */
export interface MachineNames {
  readonly states: Map<string, string>;
  readonly labels: Map<string, string>;
}

/** Compiles `StartAt` and `States` of a machine or of a Map's processor. */
export function compileWorkflow(fields: Fields, compiler: Compiler, names: MachineNames): Workflow {
  const startAt = fields.text('StartAt');
  if (startAt === undefined) compiler.problem(`${fields.path}/StartAt`, 'is required');
  const rawStates = fields.take('States');
  const statesPath = `${fields.path}/States`;
  const states = new Map<string, State>();
  if (!isObject(rawStates) || Object.keys(rawStates).length === 0) {
    compiler.problem(statesPath, 'must be an object with at least one state');
    return { startAt: '', states };
  }
  const scope: Scope = { variables: assignedNames(rawStates) };
  for (const [name, raw] of Object.entries(rawStates)) {
    const path = `${statesPath}/${pointer(name)}`;
    if (name.length > limits.nameLength)
      compiler.problem(path, `a state's name has at most ${limits.nameLength} characters`);
    const earlier = names.states.get(name);
    if (earlier !== undefined) compiler.problem(path, `the name is already used at ${earlier}`);
    names.states.set(name, path);
    const state = compileState(name, new Fields(compiler, path, raw), compiler, scope, names);
    if (state !== undefined) states.set(name, state);
  }
  const target = (path: string, next: string | undefined): void => {
    if (next !== undefined && !Object.hasOwn(rawStates, next))
      compiler.problem(path, `there is no state '${next}' here`);
  };
  target(`${fields.path}/StartAt`, startAt);
  for (const state of states.values()) {
    const path = `${statesPath}/${pointer(state.name)}`;
    if ('next' in state) target(`${path}/Next`, state.next);
    if (state.type === 'Choice') {
      target(`${path}/Default`, state.default);
      state.choices.forEach((rule, index) => target(`${path}/Choices[${index}]/Next`, rule.next));
    }
    if ('catch' in state) state.catch.forEach((catcher, index) => target(`${path}/Catch[${index}]/Next`, catcher.next));
  }
  return { startAt: startAt ?? '', states };
}

/** Escapes a name for a JSON pointer. */
function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Every variable some state of this scope assigns: whether it is assigned in time, only the run can tell. */
function assignedNames(states: Record<string, unknown>): Set<string> {
  const names = new Set<string>();
  const collect = (holder: unknown): void => {
    if (!isObject(holder)) return;
    if (isObject(holder['Assign'])) for (const name of Object.keys(holder['Assign'])) names.add(name);
    for (const list of [holder['Catch'], holder['Choices']]) if (Array.isArray(list)) list.forEach(collect);
  };
  Object.values(states).forEach(collect);
  return names;
}
