import type { IngestionChoice, RedshiftChoice } from '../aws/cloudformation/solution-stacks';
import { buildOf } from '../solution/releases';
import { ACCOUNT_ID } from '../world/account';
import { START_MS, type WorldApp, type WorldDescription, type WorldProject } from '../world/description';
import { CONSOLE_STACK } from '../world/world';
import type { ChaosWorld, Phase, Refusal, Start } from './chaos-world';
import { Draw } from './draw';
import { drawDisturbances, drawRedrives } from './draw-disturbances';

/** The releases with the old data model that an upgrade may begin at; builds other than 1.1.5's are made up. */
const OLD: readonly [string, ...string[]] = [
  'v1.1.5-202403071513',
  'v1.1.0-202312011200',
  'v1.1.1-202312201200',
  'v1.1.2-202401101200',
  'v1.1.3-202401261200',
  'v1.1.4-202402081200',
];
const TARGETS = ['v1.1.7', 'v1.1.6', 'v1.1.8', 'v1.1.13'] as const;

const REGIONS = {
  aws: ['eu-west-1', 'us-east-1', 'us-west-2', 'ap-southeast-1', 'ap-northeast-1', 'sa-east-1'],
  'aws-cn': ['cn-north-1', 'cn-northwest-1'],
} as const;

/** Half and quarter hours, the date line, half an hour of summer time, and summer time that ends while a migration runs. */
const TIME_ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Shanghai',
  'UTC',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Africa/Casablanca',
  'America/Sao_Paulo',
] as const;

/** Nights in which clocks change somewhere, hours around midnight UTC, the end of a year, and an ordinary Monday. */
const MOMENTS = [
  START_MS,
  Date.UTC(2026, 2, 29, 0, 40),
  Date.UTC(2026, 9, 25, 0, 40),
  Date.UTC(2026, 10, 1, 5, 30),
  Date.UTC(2026, 3, 4, 14, 45),
  Date.UTC(2026, 6, 8, 23, 52),
  Date.UTC(2026, 7, 3, 0, 4),
  Date.UTC(2026, 11, 31, 22, 30),
  Date.UTC(2028, 1, 29, 12, 0),
] as const;

/** A world by its seed; the same seed is the same world. */
export function chaosWorld(seed: number): ChaosWorld {
  const draw = new Draw(seed, 'world');
  const start = draw.weighted<Start>([
    [48, 'before'],
    [9, 'console-ahead'],
    [10, 'new-model'],
    [24, 'only-data'],
    [4, 'migrated'],
    [5, 'too-old'],
  ]);
  const refusal = refusalOf(draw.of('refusal'), start);
  const versions = versionsOf(draw.of('versions'), start);
  const partition = draw.chance(0.12) ? 'aws-cn' : 'aws';
  const drawn = projectsOf(draw.of('projects'), partition, refusal);
  const projects = drawn.map((project, index) => ({ ...project, ...versionOf(versions, index) }));
  const apps = projects.flatMap((project) => project.apps);
  const sizes = draw.of('sizes');
  const replaces = refusal === undefined && replacesPython(draw.of('lambda'), start, projects);
  const isPythonGone = replaces || refusal === 'python-gone' || pythonGone(draw.of('python'), start);
  const description: WorldDescription = {
    seed,
    events: apps.length * sizes.whole(200, apps.length > 2 ? 400 : 700),
    days: sizes.weighted([
      [6, sizes.whole(1, 4)],
      [3, sizes.whole(5, 9)],
      [1, 40],
    ]),
    startMs: draw.of('moment').pick(MOMENTS),
    version: versions.console,
    pipeline: start === 'before' || start === 'console-ahead' || start === 'too-old' ? 'legacy' : 'upgraded',
    partition,
    ...(sizes.chance(0.4) ? { batchLimit: sizes.whole(60, 300) } : {}),
    ...(isPythonGone ? { pythonUdfs: 'gone' } : {}),
    projects,
  };
  const phases = phasesOf(draw.of('phases'), refusal);
  const asks = draw.of('approval').chance(0.3);
  const plain = {
    seed,
    start,
    description,
    target: versions.target,
    refusal,
    phases,
    approvalMs: asks ? draw.of('approval').of('thinking').whole(1, 90) * 60_000 : undefined,
    input: {
      ...inputOf(draw.of('input'), description, { start, target: versions.target, asks, refusal }),
      ...(replaces ? { pythonUdf: 'replace' } : {}),
    },
  };
  return {
    ...plain,
    disturbances: drawDisturbances(new Draw(seed, 'disturbances'), plain),
    accepts: new Draw(seed, 'acceptance').chance(0.7),
    redrives: drawRedrives(new Draw(seed, 'redrives')),
  };
}

function refusalOf(draw: Draw, start: Start): Refusal | undefined {
  if (start === 'too-old') return 'too-old';
  const upgrades = start === 'before' || start === 'console-ahead';
  if (draw.chance(0.02)) return 'unknown-project';
  if (!upgrades) return undefined;
  return draw.weighted<Refusal | undefined>([
    [89, undefined],
    [5, 'no-time-zone'],
    [4, 'python-gone'],
    [2, 'one-server'],
  ]);
}

/** A customer's own workgroup would need an administrator's hand. */
function replacesPython(draw: Draw, start: Start, projects: readonly WorldProject[]): boolean {
  const upgrades = start === 'before' || start === 'console-ahead';
  return upgrades && projects.every(({ redshift }) => redshift?.mode !== 'Serverless') && draw.chance(0.15);
}

/** Functions that are there go on answering when no new ones can be made. */
function pythonGone(draw: Draw, start: Start): boolean {
  return start === 'only-data' && draw.chance(0.15);
}

interface Versions {
  console: string;
  target: string;
  /** Of the projects' pipelines where it is not the console's. */
  pipelines?: readonly (string | undefined)[];
}

function versionsOf(draw: Draw, start: Start): Versions {
  const target = draw.pick(TARGETS);
  const build = buildOf(target) ?? target;
  switch (start) {
    case 'too-old':
      return { console: 'v1.0.3-202310131530', target };
    case 'before':
      return { console: draw.pick(OLD), target };
    case 'console-ahead':
      return { console: build, target, pipelines: [draw.pick(OLD), draw.pick(OLD)] };
    case 'new-model':
      return { console: buildOf('v1.1.6') ?? '', target: target === 'v1.1.6' ? 'v1.1.7' : target };
    case 'only-data':
    case 'migrated':
      return { console: build, target };
  }
}

function versionOf({ pipelines }: Versions, index: number): { version?: string } {
  const version = pipelines?.[index];
  return version === undefined ? {} : { version };
}

const PROJECTS = ['shop_f3kx', 'game_q8tz'] as const;
const APPS = [
  ['webshop', 'mobileshop'],
  ['puzzle', 'Arcade_2'],
] as const;

function projectsOf(draw: Draw, partition: 'aws' | 'aws-cn', refusal: Refusal | undefined): WorldProject[] {
  const count = draw.chance(0.3) ? 2 : 1;
  const shares = count === 2 && draw.chance(0.4);
  const regions = REGIONS[partition];
  const first = draw.pick(regions);
  return PROJECTS.slice(0, count).map((projectId, index) => {
    const own = draw.of(projectId);
    const names = APPS[index] ?? APPS[0];
    const apps = names
      .slice(0, own.chance(0.35) ? 2 : 1)
      .map((appId): WorldApp => ({ appId, timezone: own.pick(TIME_ZONES) }));
    return {
      projectId,
      region: shares || own.chance(0.5) ? first : own.pick(regions),
      apps,
      redshift: shares ? sharedWorkgroup(partition) : redshiftOf(own.of('redshift'), projectId, partition),
      ...ingestionOf(own.of('ingestion'), refusal === 'one-server' && index === 0),
    };
  });
}

function sharedWorkgroup(partition: string): RedshiftChoice {
  const roleArn = `arn:${partition}:iam::${ACCOUNT_ID}:role/ClickstreamSharedWarehouse`;
  return { mode: 'Serverless', workgroupName: 'analytics', roleArn };
}

function redshiftOf(draw: Draw, projectId: string, partition: string): RedshiftChoice {
  return draw.weighted<RedshiftChoice>([
    [5, { mode: 'New_Serverless' }],
    [3, { mode: 'Provisioned', clusterIdentifier: `${projectId.slice(0, 4)}-warehouse`, dbUser: 'clickstream' }],
    [1, sharedWorkgroup(partition)],
  ]);
}

function ingestionOf(
  draw: Draw,
  oneServer: boolean,
): { ingestion?: IngestionChoice; servers?: { min: number; max: number } } {
  if (oneServer) return { servers: { min: 1, max: 1 }, ingestion: { infra: 'EC2' } };
  const infra = draw.weighted<IngestionChoice['infra'] | undefined>([
    [6, undefined],
    [4, 'EC2'],
    [2, 'FARGATE'],
  ]);
  if (infra === undefined) return {};
  const min = draw.whole(1, 3);
  const max = min + draw.whole(1, 2);
  const warm = infra === 'EC2' && draw.chance(0.4) ? { warmPool: draw.whole(1, 2) } : {};
  return { servers: { min, max }, ingestion: { infra, desired: draw.whole(min, max), ...warm } };
}

/** A clean-up comes after the upgrade, and a plan may be looked at before it is executed. */
function phasesOf(draw: Draw, refusal: Refusal | undefined): Phase[] {
  if (refusal !== undefined) return draw.chance(0.4) ? ['plan'] : ['execute'];
  return draw.weighted<Phase[]>([
    [6, ['execute']],
    [1, ['plan']],
    [1, ['plan', 'execute']],
    [2, ['execute', 'cleanup']],
  ]);
}

function inputOf(
  draw: Draw,
  { days, projects }: Pick<WorldDescription, 'days' | 'projects'>,
  { start, target, asks, refusal }: { start: Start; target: string; asks: boolean; refusal: Refusal | undefined },
): Record<string, unknown> {
  const rpu = draw.weighted<number | undefined>([
    [3, undefined],
    [2, 64],
    [1, 128],
    [1, 16],
  ]);
  const known = start === 'only-data' || start === 'migrated' || start === 'new-model';
  const named = projects.map(({ projectId, apps }) => ({
    projectId,
    apps: apps.map(({ appId, timezone }, index) =>
      refusal === 'no-time-zone' && index === 0 ? { appId } : { appId, timezone },
    ),
  }));
  return {
    console: {
      ...(draw.chance(0.7) ? { stackName: CONSOLE_STACK } : {}),
      ...(known && start !== 'new-model' && draw.chance(0.5) ? {} : { targetVersion: target }),
    },
    projects:
      refusal === 'unknown-project' ? [...named, { projectId: 'nowhere' }] : known && draw.chance(0.6) ? 'all' : named,
    approvals: { plan: asks },
    migration: {
      days,
      strategy: draw.chance(0.3) ? 'documented' : 'windowed',
      // The least there is: a world of a few hundred events rarely has more than a few windows.
      eventsPerWindow: draw.chance(0.7) ? 1_000 : 50_000_000,
      ...(rpu === undefined ? {} : { rpu }),
    },
  };
}
