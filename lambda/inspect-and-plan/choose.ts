import { isAtLeast, parseVersion, versionText, type Version } from '../shared/versions';
import type { UpgradeInput } from './input';
import { pipelineState, type PipelineState } from './pipeline-state';
import type { FoundConsole, FoundProject, World } from './world';
import { stackOf } from './world';

/** The data model changed with this release. Source: awslabs/clickstream-analytics-on-aws, CHANGELOG, 1.1.6 */
export const NEW_DATA_MODEL = '1.1.6';
/** Ingestion instances come from a launch template since this release. Source: same, CHANGELOG, 1.1.7 */
const LAUNCH_TEMPLATE = '1.1.7';

export interface ChosenApp {
  appId: string;
  /** The one the solution knows, which is for ever. */
  known: string | undefined;
  /** The one it will have: the input's, or the known one. */
  timezone: string | undefined;
  /** Its data are to be migrated, or its legacy objects to be dropped. */
  selected: boolean;
}

/** What is asked of a project, as far as input and versions tell. */
export interface Choice {
  project: FoundProject;
  apps: ChosenApp[];
  state: PipelineState;
  pipeline: 'upgrade' | 'retry' | 'none';
  /** Its pipeline still has the old data model. */
  isOld: boolean;
  /** After the upgrade it has the new data model. */
  getsNew: boolean;
  /** Instances of a launch configuration may be left. */
  replaces: boolean;
}

export interface Choices {
  cleanup: boolean;
  /** Nothing is upgraded or migrated: only schemas are repaired. */
  repair: boolean;
  /** Release the console will be at; undefined where the console's own cannot be told. */
  target: Version | undefined;
  console: { decision: 'upgrade' | 'skip'; reason: string };
  projects: Choice[];
}

/** Pure: what is asked, of which project. Whether it can be done is for the gates to say. */
export function choose(input: UpgradeInput, world: World): Choices {
  const cleanup = input.mode === 'cleanup';
  const repair = input.mode === 'repair-schema';
  const target = targetOf(input, world.console);
  const console = cleanup ? CLEAN_UP : repair ? REPAIR : consoleDecision(input, world.console, target);
  const projects = world.projects
    .filter(
      ({ projectId }) => input.projects === 'all' || input.projects.some((asked) => asked.projectId === projectId),
    )
    .map((project) => chooseProject(input, project, world.console, { cleanup, repair, target }));
  return { cleanup, repair, target, console, projects };
}

const REPAIR = { decision: 'skip', reason: 'a repair of schemas does not touch the web console' } as const;

const CLEAN_UP = { decision: 'skip', reason: 'a clean-up does not touch the web console' } as const;

/** What the upgrade aims at: the input's release, else its template's, else the one the console is at. */
function targetOf({ mode, console: asked }: UpgradeInput, { version, template }: FoundConsole): Version | undefined {
  if (mode === 'cleanup' || mode === 'repair-schema') return parseVersion(version);
  const offered = asked.templateUrl === undefined ? undefined : template?.version;
  return parseVersion(asked.targetVersion ?? offered ?? version);
}

/** A template that is named is applied although its release is there: CloudFormation tells whether it changes anything. */
function consoleDecision(
  { console: { templateUrl } }: UpgradeInput,
  { version }: FoundConsole,
  target: Version | undefined,
): Choices['console'] {
  if (target !== undefined && isBehind(version, target)) {
    return { decision: 'upgrade', reason: `from ${version} to ${versionText(target)}` };
  }
  return templateUrl === undefined
    ? { decision: 'skip', reason: `it is at ${version} already` }
    : { decision: 'upgrade', reason: `at ${version} already, to whatever the given template changes` };
}

function isBehind(version: string, target: Version): boolean {
  const current = parseVersion(version);
  return current !== undefined && !isAtLeast(current, release(target));
}

/** Reporting time zones came with it, too. */
export function hasNewDataModel(target: Version | undefined): boolean {
  return target !== undefined && isAtLeast(target, NEW_DATA_MODEL);
}

/** A version as `isAtLeast` takes it. */
export function release({ major, minor, micro }: Version): `${number}.${number}.${number}` {
  return `${major}.${minor}.${micro}`;
}

function chooseProject(
  input: UpgradeInput,
  project: FoundProject,
  { version: consoleVersion }: FoundConsole,
  { cleanup, repair, target }: Pick<Choices, 'cleanup' | 'repair' | 'target'>,
): Choice {
  const version = parseVersion(project.version);
  const isOld = version !== undefined && !isAtLeast(version, NEW_DATA_MODEL);
  const state = pipelineState(project);
  // The console compares whole versions, builds included. Source: same repository, api/model/pipeline.ts (isLatest)
  const getsNewer = target !== undefined && isBehind(consoleVersion, target);
  const differs = getsNewer || !isSame(project.version, consoleVersion);
  const pipeline = cleanup || repair ? 'none' : state.is === 'warning' ? 'retry' : differs ? 'upgrade' : 'none';
  const hasTemplate = target !== undefined && isAtLeast(target, LAUNCH_TEMPLATE);
  return {
    project,
    apps: chooseApps(input, project),
    state,
    pipeline,
    isOld,
    getsNew: hasNewDataModel(target) && stackOf(project, REDSHIFT) !== undefined,
    replaces: !cleanup && !repair && project.ingestion.kind === 'ec2' && hasTemplate,
  };
}

/** A console of 1.0.x tells its release only. */
function isSame(pipeline: string, console: string): boolean {
  return pipeline === console || (/^v[\d.]+$/.test(console) && pipeline.startsWith(`${console}-`));
}

export const REDSHIFT = 'DataModelingRedshift';

function chooseApps(input: UpgradeInput, project: FoundProject): ChosenApp[] {
  const asked =
    input.projects === 'all' ? undefined : input.projects.find(({ projectId }) => projectId === project.projectId);
  const named = asked === undefined || asked.apps === 'all' ? undefined : asked.apps;
  return project.apps.map(({ appId, timezone: known }) => {
    const app = named?.find((candidate) => candidate.appId === appId);
    return {
      appId,
      known,
      timezone: app?.timezone ?? asked?.timezone ?? known,
      selected: named === undefined || app !== undefined,
    };
  });
}
