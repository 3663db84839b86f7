/** A Task state of a machine, children's included. */
export interface TaskState {
  /** Name of the machine, as deployed. */
  machine: string;
  /** As in the ASL. */
  state: string;
  /** Its Lambda asks, and a person answers. */
  isCallback: boolean;
}

interface Asl {
  States?: Record<string, { Type?: string; Resource?: string; ItemProcessor?: Asl; Branches?: Asl[] }>;
}

/** All Task states of a definition in the order in which they are written, those of Maps and branches included. */
export function taskStates(machine: string, definition: object): TaskState[] {
  const { States: states = {} } = definition as Asl;
  return Object.entries(states).flatMap(([state, { Type, Resource = '', ItemProcessor, Branches = [] }]) => [
    ...(Type === 'Task' ? [{ machine, state, isCallback: Resource.endsWith('.waitForTaskToken') }] : []),
    ...(ItemProcessor === undefined ? [] : taskStates(machine, ItemProcessor)),
    ...Branches.flatMap((branch) => taskStates(machine, branch)),
  ]);
}
