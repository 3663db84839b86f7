/** A state as the definition has it. */
export type AslState = Record<string, unknown> & { Type: string };

export interface NamedState {
  name: string;
  state: AslState;
  /** Labels of the Maps it is in, outermost first. */
  within: string[];
}

/** Every state of a definition, those inside Maps included. */
export function statesOf(definition: Record<string, unknown>, within: string[] = []): NamedState[] {
  const states = definition['States'] as Record<string, AslState>;
  return Object.entries(states).flatMap(([name, state]) => {
    const processor = state['ItemProcessor'] as Record<string, unknown> | undefined;
    const inner = processor === undefined ? [] : statesOf(processor, [...within, String(state['Label'])]);
    return [{ name, state, within }, ...inner];
  });
}

/** One state by its name. */
export function stateOf(definition: Record<string, unknown>, name: string): AslState {
  const found = statesOf(definition).find((state) => state.name === name);
  if (found === undefined) throw new Error(`There is no state "${name}"`);
  return found.state;
}

/** The Tasks of a definition, those inside Maps included. */
export function tasksOf(definition: Record<string, unknown>): NamedState[] {
  return statesOf(definition).filter(({ state }) => state.Type === 'Task');
}

/** A Task that waits for a person, not for its Lambda's answer: it is no loop. */
export function isApproval(state: AslState): boolean {
  return String(state['Resource']).endsWith('.waitForTaskToken');
}
