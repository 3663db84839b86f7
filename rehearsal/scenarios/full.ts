import type { RedshiftChoice } from '../aws/cloudformation/solution-stacks';
import type { Stage } from '../run/stage';
import { upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Check, type Scenario } from './scenario';
import { BEFORE_UPGRADE, RELEASE, timezonesOf, TWO_PROJECTS } from './worlds';

const CLUSTER: RedshiftChoice = { mode: 'Provisioned', clusterIdentifier: 'game-warehouse', dbUser: 'clickstream' };

/** One project on a new serverless workgroup and one on a cluster, in different regions; both ingest with EC2. */
const WORLD: Scenario['world'] = {
  ...TWO_PROJECTS,
  days: 7,
  version: BEFORE_UPGRADE,
  projects: TWO_PROJECTS.projects.map((project) => ({
    ...project,
    servers: { min: 2, max: 4 },
    ingestion: { infra: 'EC2', desired: 3, warmPool: 1 },
    ...(project.projectId === 'game_q8tz' ? { redshift: CLUSTER } : {}),
  })),
};

/** States of the upgrade that a person would have worked through by hand; each has something to do in this world. */
const PHASES = [
  'Back up',
  'Upgrade the web console',
  'Set reporting time zones',
  'Pause data processing',
  'Start the pipeline upgrade',
  'Replace ingestion instances',
  'Finish the pipeline upgrade',
  'Scale Redshift up',
  'Wait for schema',
  'Migrate events',
  'Recalculate metrics',
  'Restore capacity',
  'Resume data processing',
  'Drop the legacy objects',
];

export const full: Scenario = {
  name: 'full',
  title: 'the whole guide, from v1.1.5 to v1.1.7: console, pipelines, ingestion fleet, data of three apps, clean-up',
  events: 6_000,
  world: WORLD,
  migration: { eventsPerWindow: 2_000, rpu: 64 },
  input: {
    console: { targetVersion: RELEASE },
    projects: timezonesOf(WORLD.projects),
    approvals: { plan: true },
  },

  async play(stage) {
    const before = capacities(stage);
    const upgraded = await stage.run();
    const report = stage.output() as { report?: unknown } | undefined;
    const apps = await stage.settleAppResults();
    const world = [...(await upgradedCompletely(stage)), ...replacedFleets(stage)];
    const cleaned = await stage.run({ mode: 'cleanup' });
    return [
      equal('the upgrade succeeded', upgraded.status, 'SUCCEEDED'),
      holds('the upgrade ended with a report', typeof report?.report === 'string', report),
      holds(
        'every app had parity before anything was dropped',
        apps.every(({ parity }) => parity),
        apps,
      ),
      ...world,
      equal('every workgroup has the capacity it had', capacities(stage), before),
      equal('the clean-up succeeded', cleaned.status, 'SUCCEEDED'),
      ...(await cleanedUp(stage)),
    ];
  },

  expect: (result, stage) => [
    ...migratedCompletely(result),
    equal(
      'every phase was played',
      PHASES.filter((phase) => stage.stateCount(phase).entered === 0),
      [],
    ),
  ],
};

/** Base capacities of the workgroups, and whether each is at rest. */
function capacities({ world }: Stage): unknown {
  const { solution, workgroups } = world.account;
  return solution.warehouses.map(({ region, name }) => {
    const workgroup = workgroups.find(region, name);
    return [name, workgroup?.baseCapacityRpu ?? 'cluster', workgroup?.busy ?? false];
  });
}

/** Every server is from the launch template, and there were never fewer than before. */
export function replacedFleets({ world }: Stage): Check[] {
  const { solution, plane } = world.account;
  return solution.fleets.flatMap(({ projectId, desired }) => {
    const { record, group } = plane.fleets.of(projectId);
    const old = [...(group?.instances ?? [])].filter(({ launch }) => launch.kind !== 'template');
    return [
      holds(
        `${projectId}: its servers never served with less than ${String(desired)} tasks`,
        record.leastSince() >= desired,
        record.leastSince(),
      ),
      equal(`${projectId}: no task was cut short`, record.cutShort, []),
      equal(
        `${projectId}: every server is from the launch template`,
        old.map(({ instanceId }) => instanceId),
        [],
      ),
    ];
  });
}

/** Tables of the old data model. */
const LEGACY_TABLES = ['event', 'event_parameter', 'user', 'item'];

async function cleanedUp(stage: Stage): Promise<Check[]> {
  const checks: Check[] = [];
  for (const app of stage.world.apps) {
    const client = await stage.database(app);
    const { rows } = await client.query<{ name: string }>(
      'SELECT relname AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE n.nspname = $1 AND relname = ANY ($2)',
      [app.appId, LEGACY_TABLES],
    );
    checks.push(
      equal(
        `${app.projectId}/${app.appId}: no legacy table is left`,
        rows.map(({ name }) => name),
        [],
      ),
    );
  }
  return checks;
}
