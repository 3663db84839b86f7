import type { Problem } from '../shared/errors';
import { isAtLeast, parseVersion, versionText } from '../shared/versions';
import type { UpgradeInput } from './input';
import type { FoundProject, World } from './world';

/** What is to be done with a project, as far as versions and input tell. */
export interface SelectedProject {
  project: FoundProject;
  skip: string | undefined;
  apps: { appId: string; timezone: string | undefined; selected: boolean }[];
}

/** The data model changed with this release. Source: the solution's changelog, 1.1.6. */
const NEW_DATA_MODEL = '1.1.6';

/**
 * Pure: chooses what the input asks for, and lists everything for which it cannot be done. Nothing is touched when the list
 * is not empty.
 */
export function selectProjects(
  input: UpgradeInput,
  world: World,
): { selected: SelectedProject[]; problems: Problem[] } {
  const problems: Problem[] = [...versionProblems(input, world), ...unknownNames(input, world)];
  const selected = world.projects
    .filter((project) => isSelected(input, project))
    .map((project) => selectApps(input, project));
  const target = parseVersion(targetVersion(input, world));
  for (const choice of selected) {
    const { project } = choice;
    const path = `projects.${project.projectId}`;
    const version = parseVersion(project.version ?? '');
    if (project.version === undefined || version === undefined) {
      choice.skip = 'it has no Redshift data model';
      continue;
    }
    if (target !== undefined && !isAtLeast(target, NEW_DATA_MODEL)) {
      choice.skip = `nothing to migrate: the data model changes with v${NEW_DATA_MODEL}, the target is ${versionText(target)}`;
      continue;
    }
    if (!isAtLeast(version, '1.1.0')) {
      problems.push({
        path,
        message: `is at ${project.version}: upgrade to 1.1.5 first, a direct upgrade from 1.0.x to ${NEW_DATA_MODEL} or later is not supported`,
      });
    } else if (!isAtLeast(version, NEW_DATA_MODEL)) {
      problems.push({
        path,
        message: `its pipeline is at ${project.version}: upgrade the pipeline in the web console first, the new tables do not exist yet`,
      });
    } else {
      problems.push(...readiness(choice, path));
    }
  }
  return { selected, problems };
}

/** What the upgrade aims at: the input's version, or the one the console is at. */
export function targetVersion(input: UpgradeInput, world: World): string {
  return input.console.targetVersion ?? world.console.version;
}

function versionProblems(input: UpgradeInput, { console }: World): Problem[] {
  const [current, target] = [
    parseVersion(console.version),
    parseVersion(targetVersion(input, { console, projects: [] })),
  ];
  if (current === undefined || target === undefined) {
    return [{ path: 'console', message: `its version cannot be told (found ${JSON.stringify(console.version)})` }];
  }
  const problems: Problem[] = [];
  if (!isAtLeast(current, '1.1.0') && isAtLeast(target, NEW_DATA_MODEL)) {
    problems.push({
      path: 'console',
      message: `is at ${console.version}: upgrade to 1.1.5 first, a direct upgrade from 1.0.x to ${NEW_DATA_MODEL} or later is not supported`,
    });
  }
  if (target.major === 1 && target.minor === 1 && target.micro === 12) {
    problems.push({
      path: 'console.targetVersion',
      message: 'v1.1.12 fails at modelling Redshift (solution issues 1598 and 1600): take v1.1.13',
    });
  }
  return problems;
}

function readiness({ project, apps }: SelectedProject, path: string): Problem[] {
  const problems: Problem[] = [];
  const status = project.stackStatus ?? '';
  if (!/^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) {
    problems.push({
      path,
      message: `its Redshift stack is ${status}: bring it to UPDATE_COMPLETE first (retry the pipeline in the web console)`,
    });
  }
  if (project.warehouse === undefined)
    problems.push({ path, message: 'its Redshift stack names no warehouse and Data API role' });
  if (project.refreshStateMachineArn === undefined) {
    problems.push({
      path,
      message:
        'its refresh workflow was not found (state machine RefreshMaterializedViewsWorkflow… with the tag of the project)',
    });
  }
  for (const { appId, timezone, selected } of apps) {
    if (!selected) continue;
    const known = project.apps.find((app) => app.appId === appId)?.timezone;
    if (timezone === undefined)
      problems.push({ path: `${path}.apps.${appId}`, message: 'has no reporting time zone: give one in the input' });
    else if (known !== undefined && known !== timezone) {
      problems.push({
        path: `${path}.apps.${appId}.timezone`,
        message: `is ${known} and cannot be changed to ${timezone}`,
      });
    }
  }
  return problems;
}

function isSelected(input: UpgradeInput, project: FoundProject): boolean {
  return input.projects === 'all' || input.projects.some(({ projectId }) => projectId === project.projectId);
}

function selectApps(input: UpgradeInput, project: FoundProject): SelectedProject {
  const asked =
    input.projects === 'all' ? undefined : input.projects.find(({ projectId }) => projectId === project.projectId);
  const apps = project.apps.map(({ appId, timezone }) => {
    const app =
      asked === undefined || asked.apps === 'all'
        ? undefined
        : asked.apps.find((candidate) => candidate.appId === appId);
    const selected = asked === undefined || asked.apps === 'all' || app !== undefined;
    return { appId, timezone: app?.timezone ?? asked?.timezone ?? timezone, selected };
  });
  return { project, skip: undefined, apps };
}

function unknownNames(input: UpgradeInput, world: World): Problem[] {
  if (input.projects === 'all') return [];
  return input.projects.flatMap((asked, index) => {
    const project = world.projects.find(({ projectId }) => projectId === asked.projectId);
    if (project === undefined)
      return [{ path: `input.projects.${String(index)}.projectId`, message: `there is no project ${asked.projectId}` }];
    if (asked.apps === 'all') return [];
    return asked.apps
      .filter(({ appId }) => !project.apps.some((app) => app.appId === appId))
      .map(({ appId }) => ({
        path: `input.projects.${String(index)}.apps`,
        message: `project ${asked.projectId} has no app ${appId}`,
      }));
  });
}
