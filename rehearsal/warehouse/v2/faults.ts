import type { Client } from 'pg';
import { METRIC_PROCEDURES } from './metrics';

/**
 * The numbered steps of each procedure, at whose beginning a planted fault strikes: step n is entry n - 1.
 * The atomic ones (base view, metrics) roll everything back and throw; the others keep what earlier steps did.
 */
export const PROCEDURE_STEPS: Readonly<Record<string, readonly string[]>> = {
  sp_migrate_data_to_v2: ['events', 'users', 'items', 'sessions'],
  sp_migrate_event_to_v2: [
    'create helper tables',
    'cutoff and trace table',
    'choose candidates',
    'done when there are none',
    'insert',
    'first touch',
    'flat parameters',
    'custom parameters',
    'traffic source',
    'close the trace row',
  ],
  sp_migrate_user_to_v2: [
    'delete unfinished rows',
    'insert',
    'properties',
    'install source',
    'traffic source of the web',
    'traffic source of mobiles',
    'stamp the end',
  ],
  sp_migrate_item_to_v2: [
    'cutoff',
    'delete unfinished rows',
    'choose candidates',
    'insert',
    'properties',
    'custom parameters',
    'stamp the end',
  ],
  sp_migrate_session_to_v2: ['delete unfinished rows', 'insert', 'traffic source of the web', 'stamp the end'],
  clickstream_event_base_view_sp: ['stage', 'merge', 'before the end'],
  ...Object.fromEntries(METRIC_PROCEDURES.map((name) => [name, ['compute', 'before the end']])),
};

export interface ProcedureFault {
  schema: string;
  /** Name without arguments, a key of {@link PROCEDURE_STEPS}. */
  procedure: string;
  /** Counted from 1. */
  step: number;
  /** `error`: the step fails as if its statement had; `sleep`: it lasts longer, in real time, and can be cancelled. */
  kind: 'error' | 'sleep';
  /** Text of the error; has a default. */
  message?: string;
  /** Length of the sleep. */
  seconds?: number;
  /** How many times the fault strikes, over all calls and sessions. */
  times: number;
}

/**
 * Plants a fault into a stand-in's procedure: each of the next `times` passes through that step fails or lasts.
 * Several faults of one step: the oldest that is not used up strikes. Counting survives rollbacks.
 *
 * @param client superuser connection in the project's database, where `createV2Schema` has run
 * @throws RangeError when procedure or step does not exist, or a sleep has no length
 * @example await plantProcedureFault(client, { schema: 'app1', procedure: 'sp_migrate_event_to_v2', step: 7, kind: 'error', message: 'disk full', times: 2 });
 */
export async function plantProcedureFault(client: Client, fault: ProcedureFault): Promise<void> {
  const steps = PROCEDURE_STEPS[fault.procedure];
  if (steps === undefined) throw new RangeError(`No procedure "${fault.procedure}" in the stand-ins`);
  if (!Number.isInteger(fault.step) || fault.step < 1 || fault.step > steps.length) {
    throw new RangeError(`${fault.procedure} has steps 1 to ${steps.length}, not ${fault.step}`);
  }
  if (fault.kind === 'sleep' && !((fault.seconds ?? 0) > 0)) throw new RangeError('A sleep needs seconds > 0');
  const { rows } = await client.query<{ id: string }>(
    `insert into rehearsal.procedure_fault
       (schema_name, procedure_name, step, kind, message, seconds, times, counter)
     values ($1, $2, $3, $4, $5, $6, 0, '') returning id`,
    [
      fault.schema,
      fault.procedure,
      fault.step,
      fault.kind,
      fault.message ?? `planted fault at step ${fault.step} of ${fault.procedure}`,
      fault.seconds ?? null,
    ],
  );
  const counter = `rehearsal.procedure_fault_${rows[0]?.id ?? ''}`;
  await client.query(`create sequence ${counter}`);
  // Only now does it strike: a procedure that runs meanwhile must not meet a fault without a counter.
  await client.query(`update rehearsal.procedure_fault set counter = $1, times = $2 where counter = ''`, [
    counter,
    fault.times,
  ]);
}

/** Takes all planted faults of a schema away; those of other schemas stay. */
export async function clearProcedureFaults(client: Client, schema: string): Promise<void> {
  await client.query('delete from rehearsal.procedure_fault where schema_name = $1', [schema]);
}
