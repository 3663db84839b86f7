import type { Problem } from '../shared/errors';
import { isAtLeast, parseVersion, versionText } from '../shared/versions';
import { NEW_DATA_MODEL, release, type Choices } from './choose';
import type { UpgradeInput } from './input';
import { planParameters } from './parameters';
import { variantOfFile } from './variant';
import type { World } from './world';

/** What was decided at deployment. */
export interface Deployed {
  pipelineTrigger: 'invoke' | 'https' | 'manual';
  hasExecutionPolicy: boolean;
}

/** Stacks in these states can be updated. Source: CloudFormation User Guide, stack status codes */
const UPDATABLE = new Set([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
]);

/** Pure: everything for which the web console cannot be upgraded as asked. */
export function consoleProblems(input: UpgradeInput, world: World, choices: Choices, deployed: Deployed): Problem[] {
  if (choices.cleanup) return [];
  return [
    ...versionProblems(input, world, choices),
    ...stateProblems(world, choices),
    ...(choices.console.decision === 'upgrade' ? upgradeProblems(input, world, deployed) : []),
    ...triggerProblems(world, choices, deployed),
  ];
}

function versionProblems(input: UpgradeInput, { console }: World, { target }: Choices): Problem[] {
  const current = parseVersion(console.version);
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
  // Source: the solution's issues 1598 and 1600
  if (release(target) === '1.1.12') {
    problems.push({
      path: 'console.targetVersion',
      message: 'v1.1.12 fails at modelling Redshift (solution issues 1598 and 1600): take v1.1.13',
    });
  }
  if (!isAtLeast(target, release(current))) {
    problems.push({
      path: 'input.console.targetVersion',
      message: `is ${versionText(target)}, the console is at ${console.version} already: there is no way back to an older release`,
    });
  }
  const offered = parseVersion(console.template?.version ?? '');
  if (input.console.templateUrl !== undefined && offered !== undefined && release(offered) !== release(target)) {
    problems.push({
      path: 'input.console.templateUrl',
      message: `is the template of ${versionText(offered)}, the target is ${versionText(target)}`,
    });
  }
  return problems;
}

function stateProblems({ console }: World, { console: decided, projects }: Choices): Problem[] {
  const isNeeded = decided.decision === 'upgrade' || projects.some(({ pipeline }) => pipeline !== 'none');
  if (!isNeeded || UPDATABLE.has(console.status)) return [];
  const path = 'console';
  if (console.status.endsWith('_IN_PROGRESS'))
    return [{ path, message: `its stack is ${console.status}: wait until CloudFormation has done its work` }];
  if (decided.decision === 'skip') return [];
  const next = console.status.endsWith('ROLLBACK_FAILED')
    ? 'continue its rollback in CloudFormation first'
    : 'bring it to UPDATE_COMPLETE or UPDATE_ROLLBACK_COMPLETE first';
  return [{ path, message: `its stack is ${console.status} and cannot be updated: ${next}` }];
}

function upgradeProblems(input: UpgradeInput, { console, projects }: World, deployed: Deployed): Problem[] {
  const problems: Problem[] = [];
  const { template, variant } = console;
  const given = input.console.templateUrl;
  if (template === undefined) {
    problems.push({
      path: 'input.console.templateUrl',
      message:
        'its type of deployment is none that the guide has a template for: give the URL of the template it was made with, of the target release',
    });
  } else if (template.error !== undefined) {
    problems.push({
      path: 'input.console.templateUrl',
      message: `check that the release exists, or give its URL (of another bucket: context value templateBuckets): ${template.error.split('\n')[0] ?? ''} ${template.url}`,
    });
  } else {
    problems.push(...planParameters(template, console.parameters, input.console.parameters).problems);
  }
  const offered = given === undefined ? undefined : variantOfFile(given);
  if (offered !== undefined && variant !== undefined && offered !== variant) {
    problems.push({
      path: 'input.console.templateUrl',
      message: `is ${offered}, the console was deployed with ${variant}: another template would replace it`,
    });
  }
  const prefix = input.console.parameters['IamRolePrefix'];
  if (prefix !== undefined && prefix !== (console.parameters['IamRolePrefix'] ?? '') && projects.length > 0) {
    problems.push({
      path: 'input.console.parameters.IamRolePrefix',
      message: 'cannot be changed: the stacks of the pipelines have it in their names and would be lost to the console',
    });
  }
  if (!console.hasServiceRole && !deployed.hasExecutionPolicy) {
    problems.push({
      path: 'console',
      message:
        'its stack has no service role and this deployment may not update it: give the stack a service role in CloudFormation (it keeps it), or deploy this stack again with the context value executionPolicy, the ARN of a managed policy for the update',
    });
  }
  return problems;
}

/** Behind a load balancer the API verifies tokens itself, so a request of ours that carries none is refused. */
function triggerProblems({ console }: World, { projects }: Choices, { pipelineTrigger }: Deployed): Problem[] {
  const isNeeded = projects.some(({ pipeline }) => pipeline !== 'none');
  if (!isNeeded || !console.behindLoadBalancer || pipelineTrigger !== 'invoke') return [];
  return [
    {
      path: 'console',
      message:
        'is behind a load balancer and takes calls with a token only: deploy this stack again with the context value pipelineTrigger https (and consoleTokenSecret, consoleVpc), or manual, which asks a person to press Upgrade',
    },
  ];
}
