import { againOnlyUnfinished } from './again-only-unfinished';
import { aborted } from './aborted';
import { alreadyMigrated } from './already-migrated';
import { alreadyUpgraded } from './already-upgraded';
import { approvalRejected } from './approval-rejected';
import { approvalTimeout } from './approval-timeout';
import { badRows } from './bad-rows';
import { benchmark } from './benchmark';
import { changeSetDiffers } from './change-set-differs';
import { china } from './china';
import { consoleNoChange } from './console-no-change';
import { consoleRollback } from './console-rollback';
import { customerViewDepends } from './customer-view-depends';
import { from10 } from './from-1.0';
import { busyDataProcessing } from './busy-data-processing';
import { eventDuplicate } from './event-duplicate';
import { eventStarted } from './event-started';
import { full } from './full';
import { interrupted } from './interrupted';
import { lockTakenThenRedrive } from './lock-taken-then-redrive';
import { lostStatement } from './lost-statement';
import { migration } from './migration';
import { newParameterMissing } from './new-parameter-missing';
import { oneAppFails } from './one-app-fails';
import { oneProjectFails } from './one-project-fails';
import { parityAccepted } from './parity-accepted';
import { ownEvent } from './own-event';
import { pipelineCallTimeout } from './pipeline-call-timeout';
import { pipelineOneStackRolledBack } from './pipeline-one-stack-rolled-back';
import { pipelineStorm } from './pipeline-storm';
import { planStale } from './plan-stale';
import { pythonUdfGone } from './python-udf-gone';
import { redrivenAtOnce } from './redriven-at-once';
import { scaleConflict } from './scale-conflict';
import type { Scenario } from './scenario';
import { schemaFailedOnce } from './schema-failed-once';
import { schemaNotDue } from './schema-not-due';
import { secondExecution } from './second-execution';
import { sharedWarehouse } from './shared-warehouse';
import { slowDrain } from './slow-drain';
import { statementTimeout } from './statement-timeout';
import { stoppedInMap } from './stopped-in-map';
import { stuckLoop } from './stuck-loop';
import { swallowedError } from './swallowed-error';
import { timedOut } from './timed-out';
import { schemaListGone } from './schema-list-gone';
import { schemaRepairAfterCleanUp } from './schema-repair-after-clean-up';
import { schemaRepairAlone } from './schema-repair-alone';
import { udfAnswerTooLarge } from './udf-answer-too-large';
import { udfGrantMissing } from './udf-grant-missing';
import { udfReplaced } from './udf-replaced';
import { udfRoleDenied } from './udf-role-denied';
import { udfThrottled } from './udf-throttled';
import { unexpectedSql } from './unexpected-sql';

/** Every scenario, the default one first, then those that take longest: whoever plays all, several at a time, ends with short ones. */
export const SCENARIOS: readonly Scenario[] = [
  udfReplaced,
  full,
  benchmark,
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
  udfRoleDenied,
  udfGrantMissing,
  udfThrottled,
  udfAnswerTooLarge,
  schemaRepairAlone,
  schemaListGone,
  schemaRepairAfterCleanUp,
  unexpectedSql,
  badRows,
  stoppedInMap,
  aborted,
  redrivenAtOnce,
  timedOut,
  pipelineOneStackRolledBack,
  pipelineCallTimeout,
  oneProjectFails,
  schemaFailedOnce,
  schemaNotDue,
  sharedWarehouse,
  secondExecution,
  lockTakenThenRedrive,
  scaleConflict,
  alreadyUpgraded,
  consoleNoChange,
  consoleRollback,
  newParameterMissing,
  changeSetDiffers,
  planStale,
  customerViewDepends,
  china,
  busyDataProcessing,
  slowDrain,
  approvalRejected,
  approvalTimeout,
  parityAccepted,
  againOnlyUnfinished,
  eventStarted,
  eventDuplicate,
  ownEvent,
  pipelineStorm,
];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
