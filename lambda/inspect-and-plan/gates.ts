import type { Problem } from '../shared/errors';
import { isAtLeast, parseVersion } from '../shared/versions';
import { NEW_DATA_MODEL, hasNewDataModel, type Choice, type Choices } from './choose';
import { consoleProblems, type Deployed } from './console-gates';
import type { UpgradeInput } from './input';
import type { World } from './world';

/**
 * Pure: everything for which the upgrade cannot be done as asked, as far as it shows outside the warehouses. Nothing is
 * touched when the list is not empty.
 */
export function problemsOutside(input: UpgradeInput, world: World, choices: Choices, deployed: Deployed): Problem[] {
  return [
    ...consoleProblems(input, world, choices, deployed),
    ...unknownNames(input, world),
    ...choices.projects.flatMap((choice) => (choices.cleanup ? [] : projectProblems(choice, choices))),
  ];
}

function projectProblems(choice: Choice, { target, repair }: Choices): Problem[] {
  const { project, pipeline, state } = choice;
  const path = `projects.${project.projectId}`;
  const version = parseVersion(project.version);
  const problems: Problem[] = [];
  if (version === undefined) {
    problems.push({
      path,
      message: `the version of its pipeline cannot be told (found ${JSON.stringify(project.version)})`,
    });
  } else if (target !== undefined && isAtLeast(target, NEW_DATA_MODEL) && !isAtLeast(version, '1.1.0')) {
    problems.push({
      path,
      message: `is at ${project.version}: upgrade to 1.1.5 first, a direct upgrade from 1.0.x to ${NEW_DATA_MODEL} or later is not supported`,
    });
  }
  problems.push(...stateProblems(choice, path));
  const { serverMin, serverMax } = project.ingestion;
  if (pipeline !== 'none' && state.is !== 'stuck' && serverMin === 1 && serverMax === 1) {
    problems.push({
      path,
      message:
        'its ingestion has one server at the least and at the most, which the web console refuses to upgrade: raise the maximum in the pipeline’s settings first',
    });
  }
  if (choice.getsNew && project.warehouse === undefined)
    problems.push({ path, message: 'its Redshift stack names no warehouse and Data API role' });
  if (repair) return problems;
  return [...problems, ...timezoneProblems(choice, choice.pipeline !== 'none' && hasNewDataModel(target), path)];
}

function stateProblems({ state }: Choice, path: string): Problem[] {
  switch (state.is) {
    case 'active':
    case 'warning':
      return [];
    case 'busy':
      return [{ path, message: `something is at work on its pipeline (${state.why}): wait until it has ended` }];
    case 'failed':
      return [
        {
          path,
          message: `its pipeline was never completely created (${state.why}): press Retry in the web console first`,
        },
      ];
    case 'stuck':
      // Source: the solution's troubleshooting guide, upgrade in UPDATE_ROLLBACK_FAILED
      return [
        {
          path,
          message: `as the troubleshooting guide says, let the function CreateApplicationSchemasCreateSchemaForApplicationsFn do nothing if it is what fails, choose Continue update rollback in CloudFormation, then Retry in the web console: ${state.why}`,
        },
      ];
  }
}

/** The console upgrades a pipeline only when each of its apps has a zone, migrated or not. */
function timezoneProblems({ apps, getsNew }: Choice, needsAll: boolean, path: string): Problem[] {
  return apps.flatMap(({ appId, timezone, known, selected }) => {
    const isNeeded = needsAll || (getsNew && selected);
    if (isNeeded && timezone === undefined) {
      return [
        {
          path: `${path}.apps.${appId}`,
          message: 'has no reporting time zone: give one in the input, it cannot be changed afterwards',
        },
      ];
    }
    if (known === undefined || timezone === known) return [];
    return [
      { path: `${path}.apps.${appId}.timezone`, message: `is ${known} and cannot be changed to ${timezone ?? ''}` },
    ];
  });
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
