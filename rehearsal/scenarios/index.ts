import { migration } from './migration';
import type { Scenario } from './scenario';

/** Every scenario, the default one first. */
export const SCENARIOS: readonly Scenario[] = [migration];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
