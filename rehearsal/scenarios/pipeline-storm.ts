import { seededRandom } from '../random';
import type { Stage } from '../run/stage';
import { equal, holds, migratedCompletely, type Check, type Scenario } from './scenario';
import { counted, deadLetters, delivered, eventsHandled, executions, outcomes, TRIGGER_CONTEXT } from './trigger-world';
import { putBack } from './guide';
import { BEFORE_UPGRADE, ONE_APP } from './worlds';

/** The console is at the release; the pipeline has everything that a pipeline can have, and is not. */
const WORLD: Scenario['world'] = {
  ...ONE_APP,
  pipeline: 'legacy',
  projects: ONE_APP.projects.map((project) => ({ ...project, version: BEFORE_UPGRADE })),
};

/** Longest way of an event, and longest update of a stack. */
const LONGEST_WAY_MS = 3 * 60_000;
const LONGEST_UPDATE_SECONDS = 900;
const LONGEST_UPGRADE_MS = 12 * 3_600_000;

const TYPES = [
  'ServiceCatalogAppRegistry',
  'Metrics',
  'Ingestion',
  'KafkaConnector',
  'DataProcessing',
  'DataModelingRedshift',
  'Reporting',
];

export const pipelineStorm: Scenario = {
  name: 'pipeline-storm',
  title:
    'a pipeline is upgraded in the web console: all its stacks tell, nested ones too, and one execution is started',
  events: 1_000,
  world: WORLD,
  context: TRIGGER_CONTEXT,

  async play(stage) {
    const { ownEvents, life } = stage.world.account;
    const random = seededRandom(stage.world.description.seed);
    ownEvents.deliveries.latencyMs = () => 1 + Math.floor(random() * LONGEST_WAY_MS);
    const [project] = stage.world.description.projects;
    const projectId = project?.projectId ?? '';
    const seconds = TYPES.map((type) => [type, 60 + Math.floor(random() * LONGEST_UPDATE_SECONDS)] as const);
    life.pipeline(projectId).plan({ seconds: Object.fromEntries(seconds) });
    const answers = await pressUpgrade(stage);

    const lastMs = await allUpdated(stage);
    await eventsHandled(stage);
    const [started = '', ...others] = executions(stage);
    stage.adopt(started);
    const ended = await stage.end();
    await eventsHandled(stage);
    const { startDate, input } = stage.world.account.engine.describeExecution({ executionArn: started });
    return [
      equal('the console took the upgrade', answers, [201, 201]),
      ...storm(stage),
      equal('there is one execution', [others, executions(stage).length], [[], 1]),
      equal('of that project only', projectsOf(input), [projectId]),
      holds(
        'it was started after all stacks were at the version',
        startDate instanceof Date && startDate.getTime() >= lastMs,
        startDate,
      ),
      holds('it is named after the project', stage.rootName.startsWith(`${projectId}-v1-1-7-`), stage.rootName),
      equal('it succeeded', ended.status, 'SUCCEEDED'),
      equal('every event was handled', deadLetters(stage), []),
      ...(await putBack(stage)),
    ];
  },

  expect: (result) => migratedCompletely(result),
};

/** An operator gives the app its time zone and presses Upgrade. */
async function pressUpgrade({ world }: Stage): Promise<number[]> {
  const { life, solution } = world.account;
  const [project] = world.description.projects;
  const [app] = project?.apps ?? [];
  if (project === undefined || app === undefined) throw new Error('This world has no app');
  const pipelineId = solution.stacks
    .find(({ stackName }) => stackName.startsWith('Clickstream-Metrics-'))
    ?.stackName.split('-')
    .at(-1);
  const ask = async (method: string, path: string, body: Record<string, unknown>): Promise<number> => {
    const { status } = await life.api.handle(() => ({
      method,
      path,
      query: { pid: project.projectId },
      headers: { 'x-click-stream-request-id': path },
      body,
      authorizationToken: `Bearer ${life.token({ email: 'admin@example.com' })}`,
    }));
    return status;
  };
  return [
    await ask('PUT', `/api/app/${app.appId}/timezone`, {
      projectId: project.projectId,
      appId: app.appId,
      timezone: app.timezone,
    }),
    await ask('POST', `/api/pipeline/${pipelineId ?? ''}/upgrade`, {}),
  ];
}

/** Waits until no stack of the pipeline is at work; tells when the last one came to its end. */
async function allUpdated({ world }: Stage): Promise<number> {
  const { stacks, updates } = world.account;
  const region = world.description.projects[0]?.region ?? '';
  const untilMs = world.clock.now() + LONGEST_UPGRADE_MS;
  const top = () => stacks.inRegion(region).filter(({ parentId }) => parentId === undefined);
  while (
    top().some(({ status, tags }) => status !== 'UPDATE_COMPLETE' || tags['aws-solution/version'] === BEFORE_UPGRADE)
  ) {
    if (world.clock.now() > untilMs) throw new Error('The pipeline does not come to its end');
    await world.clock.sleep(30_000);
  }
  return Math.max(...top().map(({ stackId }) => updates.events.newestFirst(stackId)[0]?.timestampMs ?? 0));
}

/** Every stack has told, in no order, and what came of it. */
function storm(stage: Stage): Check[] {
  const { stacks, ownEvents } = stage.world.account;
  const region = stage.world.description.projects[0]?.region ?? '';
  const told = new Set(delivered(stage).flatMap(({ resources }) => resources));
  const living = stacks
    .inRegion(region)
    .filter(({ status, updatedMs }) => status !== 'DELETE_COMPLETE' && updatedMs !== undefined);
  const counts = counted(stage);
  const forwarded = ownEvents.deliveries.all.filter(({ rule }) => rule.region === region);
  const times = delivered(stage).map(({ time }) => time);
  const { started = 0, duplicate = 0 } = counts;
  return [
    equal(
      'every stack was told of, nested ones too',
      living
        .filter(({ stackId, status }) => status === 'UPDATE_COMPLETE' && !told.has(stackId))
        .map(({ stackName }) => stackName),
      [],
    ),
    holds('their events came from another region', forwarded.length === delivered(stage).length, forwarded.length),
    holds('in another order than they happened', times.join() !== times.toSorted().join() || times.length < 3, times),
    holds('nested stacks start nothing', (counts['nested-stack'] ?? 0) > 0, counts),
    holds('nor does a stack before the last one is done', (counts['unfinished-pipeline'] ?? 0) > 0, counts),
    holds(
      'the last one does',
      started + duplicate >= 1,
      outcomes(stage).map(({ summary }) => summary),
    ),
  ];
}

function projectsOf(input: unknown): unknown[] {
  const { projects = [] } = JSON.parse(String(input)) as { projects?: { projectId?: string }[] };
  return projects.map(({ projectId }) => projectId);
}
