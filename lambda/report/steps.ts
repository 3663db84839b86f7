/** A state of the machine that leaves a record, and the step that works behind it. */
export interface ReportedState {
  /** Name of the state. */
  state: string;
  /** Folder of the step. */
  step: string;
  /** Which of its uses, where two states share a step. */
  act?: string;
  /** Kind of upgrade that has the state; both, where it is left out. */
  kind?: 'upgrade' | 'cleanup';
}

/** States of the root execution, in their order. */
export const ROOT_STATES: readonly ReportedState[] = [
  { state: 'Prepare the console change set', step: 'prepare-change-set', kind: 'upgrade' },
  { state: 'Approve the plan', step: 'approve-plan' },
  { state: 'Take the lock', step: 'take-lock' },
  { state: 'Confirm the plan', step: 'inspect-and-plan', act: 'confirm' },
  { state: 'Prove the Lambda functions', step: 'prove-functions', kind: 'upgrade' },
  { state: 'Back up', step: 'back-up', kind: 'upgrade' },
  { state: 'Upgrade the web console', step: 'upgrade-console', kind: 'upgrade' },
];

/** States of a project's child. The listing of its apps and the judges leave nothing to tell. */
export const PROJECT_STATES: readonly ReportedState[] = [
  { state: 'Set reporting time zones', step: 'set-timezones', kind: 'upgrade' },
  { state: 'Pause data processing', step: 'pause-processing', act: 'pause', kind: 'upgrade' },
  { state: 'Start the pipeline upgrade', step: 'upgrade-pipeline', act: 'start', kind: 'upgrade' },
  { state: 'Replace ingestion instances', step: 'replace-instances', kind: 'upgrade' },
  { state: 'Finish the pipeline upgrade', step: 'upgrade-pipeline', act: 'finish', kind: 'upgrade' },
  { state: 'Keep data processing paused', step: 'pause-processing', act: 'keep', kind: 'upgrade' },
  { state: 'Scale Redshift up', step: 'scale-warehouse', act: 'up', kind: 'upgrade' },
  { state: 'Restore capacity', step: 'scale-warehouse', act: 'restore', kind: 'upgrade' },
  { state: 'Resume data processing', step: 'resume-processing', kind: 'upgrade' },
];

export interface ReportedAppState extends ReportedState {
  /** What the state is for: a plan tells of an app as a whole, not of its states. */
  asks: string;
  /** What the journal calls its statements. */
  unit?: string;
  /** An app whose schema is repaired has it too, although it has no data to migrate. */
  repairs?: true;
}

/** States of an app's child, in their order. */
export const APP_STATES: readonly ReportedAppState[] = [
  {
    state: 'Repair the schema',
    step: 'repair-schema',
    asks: 'its Python functions are replaced, where Redshift has ended them',
    kind: 'upgrade',
    repairs: true,
  },
  {
    state: 'Wait for schema',
    step: 'wait-for-schema',
    asks: 'the new data model is there',
    kind: 'upgrade',
    repairs: true,
  },
  { state: 'Check', step: 'check', asks: 'nothing would make the migration fail', kind: 'upgrade' },
  { state: 'Migrate events', step: 'migrate-events', asks: 'every event is moved', unit: 'events', kind: 'upgrade' },
  { state: 'Migrate users', step: 'migrate-users', asks: 'every user is moved', unit: 'users', kind: 'upgrade' },
  { state: 'Migrate items', step: 'migrate-items', asks: 'their items are moved', unit: 'items', kind: 'upgrade' },
  {
    state: 'Migrate sessions',
    step: 'migrate-sessions',
    asks: 'their sessions are made',
    unit: 'sessions',
    kind: 'upgrade',
  },
  {
    state: 'Refresh base view',
    step: 'refresh-base-view',
    asks: 'every day of them is in the view the dashboards read',
    unit: 'base-view',
    kind: 'upgrade',
  },
  {
    state: 'Recalculate metrics',
    step: 'recalculate-metrics',
    asks: 'the dashboards count them',
    unit: 'metrics',
    kind: 'upgrade',
  },
  { state: 'Verify parity', step: 'verify-parity', asks: 'the data equal the legacy data', kind: 'upgrade' },
  {
    state: 'Prove parity again',
    step: 'verify-parity',
    act: 'reprove',
    asks: 'the data still equal the legacy data',
    kind: 'cleanup',
  },
  { state: 'Drop the legacy objects', step: 'clean-up', asks: 'no legacy object is left', kind: 'cleanup' },
];

/** Those that an upgrade of this kind has. */
export function statesOf<State extends ReportedState>(states: readonly State[], kind: 'upgrade' | 'cleanup'): State[] {
  return states.filter((state) => state.kind === undefined || state.kind === kind);
}
