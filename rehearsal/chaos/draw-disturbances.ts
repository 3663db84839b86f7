import { dataFaults } from '../warehouse/generator/data-faults';
import { PROCEDURE_STEPS } from '../warehouse/v2';
import type { ChaosWorld } from './chaos-world';
import type { CallEffect, Disturbance, RedriveMoment, StopMoment } from './disturbance';
import type { Draw } from './draw';

type Plain = Pick<ChaosWorld, 'start' | 'description' | 'phases' | 'refusal' | 'approvalMs' | 'input'>;

const MINUTE_MS = 60_000;
const LONGEST_DELAY_MINUTES = 150;

const EFFECTS: readonly [CallEffect, ...CallEffect[]] = ['throttle', 'internal-error', 'drop', 'lose-answer'];

const SERVICES = [
  'redshift-data',
  'dynamodb',
  'states',
  'cloudformation',
  's3',
  'lambda',
  'sts',
  'redshift-serverless',
  undefined,
] as const;

/** Task states at whose entry somebody may press Stop; a test compares them with the synthesised machine. */
export const STOPPABLE: readonly [string, ...string[]] = [
  'Inspect and plan',
  'Prepare the console change set',
  'Take the lock',
  'Confirm the plan',
  'Back up',
  'Upgrade the web console',
  'Set reporting time zones',
  'Pause data processing',
  'Start the pipeline upgrade',
  'Replace ingestion instances',
  'Finish the pipeline upgrade',
  'Keep data processing paused',
  'Scale Redshift up',
  'List the apps',
  'Wait for schema',
  'Check',
  'Migrate events',
  'Migrate users',
  'Migrate items',
  'Migrate sessions',
  'Refresh base view',
  'Recalculate metrics',
  'Verify parity',
  'Restore capacity',
  'Resume data processing',
  'Judge the apps',
  'Judge the projects',
  'Report',
  'Release the lock',
];

/** Procedures whose calls are worth disturbing; those of metrics are called by the solution's own workflow. */
const PROCEDURES: readonly [string, ...string[]] = [
  'sp_migrate_event_to_v2',
  'sp_migrate_user_to_v2',
  'sp_migrate_item_to_v2',
  'sp_migrate_session_to_v2',
  'clickstream_event_base_view_sp',
];

/** Stacks of a pipeline that every world has. */
const STACK_TYPES = ['Reporting', 'DataProcessing', 'DataModelingRedshift'] as const;

/** Up to four things that go wrong; one world in ten is left alone. */
export function drawDisturbances(draw: Draw, world: Plain): Disturbance[] {
  const count = draw.weighted([
    [1, 0],
    [3, 1],
    [3, 2],
    [2, 3],
    [1, 4],
  ]);
  const refuses = world.approvalMs !== undefined && world.refusal === undefined && draw.of('refusal').chance(0.3);
  const drawn = Array.from({ length: count }, (_, index) => disturbanceOf(draw.of(`no. ${index}`), world));
  const double = draw.of('double');
  const doubles = world.refusal === undefined && double.chance(0.05);
  return [
    ...drawn,
    ...(refuses ? [{ kind: 'refusal-by-person' } as const] : []),
    ...(doubles ? [{ kind: 'user-twice', app: appOf(double, world) } as const] : []),
  ];
}

type Maker = (draw: Draw, world: Plain) => Disturbance;

/** What may happen to a world, and how often. */
function disturbanceOf(draw: Draw, world: Plain): Disturbance {
  const upgrades = ['before', 'console-ahead', 'new-model'].includes(world.start);
  const makesSchema = ['before', 'console-ahead'].includes(world.start);
  const updatesConsole = ['before', 'new-model'].includes(world.start);
  const scales = world.description.projects.some(({ redshift }) => redshift?.mode !== 'Provisioned');
  const make = draw.weighted<Maker>([
    [5, callsFail],
    [3, outage],
    [3, functionsCrash],
    [2, functionsOut],
    [4, callsEnd],
    [4, procedureFails],
    [4, badData],
    [8, stop],
    [upgrades ? 2 : 0, stackFails],
    [updatesConsole ? 1 : 0, () => ({ kind: 'console-fails' })],
    [makesSchema ? 2 : 0, schemaFails],
    [upgrades ? 1 : 0, jobRuns],
    [scales ? 1 : 0, (one) => ({ kind: 'capacity-refused', times: one.whole(1, 6) })],
  ]);
  return make(draw.of('details'), world);
}

function callsFail(draw: Draw): Disturbance {
  return { kind: 'calls-fail', effect: draw.pick(EFFECTS), rate: draw.whole(1, 100) / 1000 };
}

function outage(draw: Draw): Disturbance {
  const service = draw.pick(SERVICES);
  return { kind: 'outage', service, effect: draw.pick(EFFECTS), ...spanOf(draw) };
}

function functionsCrash(draw: Draw): Disturbance {
  return { kind: 'functions-crash', when: whenOf(draw), rate: draw.whole(5, 100) / 1000 };
}

function functionsOut(draw: Draw): Disturbance {
  return { kind: 'functions-out', when: whenOf(draw), ...spanOf(draw) };
}

function whenOf(draw: Draw): 'before' | 'after' {
  return draw.pick(['before', 'after']);
}

function spanOf(draw: Draw): { afterMs: number; forMs: number } {
  return { afterMs: draw.whole(0, LONGEST_DELAY_MINUTES) * MINUTE_MS, forMs: draw.whole(1, 30) * MINUTE_MS };
}

function callsEnd(draw: Draw, world: Plain): Disturbance {
  return {
    kind: 'calls-end',
    app: appOf(draw, world),
    procedure: calledProcedure(draw, world),
    cause: draw.pick(['time-out', 'query-rule', 'person']),
    afterLogRows: draw.whole(0, 6),
    times: draw.whole(1, 3),
  };
}

/** The documented strategy calls one procedure, which calls the others itself. */
function calledProcedure(draw: Draw, { input }: Plain): string {
  const { strategy } = input['migration'] as { strategy: string };
  if (strategy === 'windowed') return draw.pick(PROCEDURES);
  return draw.pick(['sp_migrate_data_to_v2', 'clickstream_event_base_view_sp']);
}

function procedureFails(draw: Draw, world: Plain): Disturbance {
  const procedure = draw.pick(PROCEDURES);
  const step = draw.whole(1, PROCEDURE_STEPS[procedure]?.length ?? 1);
  return { kind: 'procedure-fails', app: appOf(draw, world), procedure, step, times: draw.whole(1, 3) };
}

function badData(draw: Draw, world: Plain): Disturbance {
  const [first = 'null-app-id', ...others] = dataFaults();
  const fault = draw.pick([first, ...others]);
  // The trace table comes with the new schema, and is made at the first call where it is not there.
  const moment = fault === 'trace-left-at-start' ? 'first-call' : draw.pick(['start', 'first-call'] as const);
  return { kind: 'bad-data', app: appOf(draw, world), fault, moment };
}

function stop(draw: Draw): Disturbance {
  const at: StopMoment = draw.chance(0.6)
    ? { state: draw.pick(STOPPABLE) }
    : { afterMs: draw.whole(0, LONGEST_DELAY_MINUTES * 60) * 1000 };
  return { kind: 'stop', at };
}

function stackFails(draw: Draw, { description }: Plain): Disturbance {
  const project = draw.whole(0, description.projects.length - 1);
  return { kind: 'stack-fails', project, stackType: draw.pick(STACK_TYPES) };
}

function schemaFails(draw: Draw, world: Plain): Disturbance {
  return { kind: 'schema-fails', app: appOf(draw, world), times: draw.whole(1, 2) };
}

function jobRuns(draw: Draw, { description }: Plain): Disturbance {
  const project = draw.whole(0, description.projects.length - 1);
  return { kind: 'job-runs', project, forMs: draw.whole(5, 120) * MINUTE_MS };
}

function appOf(draw: Draw, { description }: Plain): number {
  return draw.whole(0, description.projects.flatMap(({ apps }) => apps).length - 1);
}

const MOST_REDRIVES = 8;

/** Statements can be asked for 24 hours: after 25 the Data API has forgotten them. */
export function drawRedrives(draw: Draw): RedriveMoment[] {
  return Array.from({ length: MOST_REDRIVES }, () =>
    draw.weighted<RedriveMoment>([
      [4, 'at-once'],
      [4, 'after-map-runs'],
      [2, { hours: draw.whole(1, 9) }],
      [1, { hours: 25 }],
    ]),
  );
}
