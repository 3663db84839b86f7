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
