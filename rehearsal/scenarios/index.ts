import { alreadyMigrated } from './already-migrated';
import { badRows } from './bad-rows';
import { benchmark } from './benchmark';
import { from10 } from './from-1.0';
import { interrupted } from './interrupted';
import { lostStatement } from './lost-statement';
import { migration } from './migration';
import { oneAppFails } from './one-app-fails';
import { pythonUdfGone } from './python-udf-gone';
import type { Scenario } from './scenario';
import { statementTimeout } from './statement-timeout';
import { stoppedInMap } from './stopped-in-map';
import { stuckLoop } from './stuck-loop';
import { swallowedError } from './swallowed-error';

/** Every scenario, the default one first. */
export const SCENARIOS: readonly Scenario[] = [
  migration,
  alreadyMigrated,
  from10,
  statementTimeout,
  swallowedError,
  oneAppFails,
  stuckLoop,
  lostStatement,
  interrupted,
  pythonUdfGone,
  badRows,
  stoppedInMap,
  benchmark,
];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
