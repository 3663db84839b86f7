import { grantsOf, type Grant } from '../../rehearsal/aws/iam/grants';
import type { DeployedFunction, Deployment } from '../../rehearsal/template/deployment';

/** The Lambda of a step. */
export function functionOf(deployment: Deployment, step: string): DeployedFunction {
  const name = `${deployment.stackName}-${step}`;
  const found = deployment.functions.find((fn) => fn.name === name);
  if (found === undefined) throw new Error(`There is no function ${name}`);
  return found;
}

/** What the role of a step may do. */
export function grantsOfStep(deployment: Deployment, step: string): Grant[] {
  return grantsOfRole(deployment, functionOf(deployment, step).roleArn);
}

export function grantsOfRole(deployment: Deployment, roleArn: string): Grant[] {
  const role = deployment.roles.find(({ arn }) => arn === roleArn);
  return role === undefined ? [] : grantsOf(role);
}

/** Everything an action is allowed on; wildcards in actions are not used, so equality will do. */
export function resourcesOf(grants: readonly Grant[], action: string): string[] {
  return grants.filter((grant) => grant.action === action).map(({ resource }) => resource);
}
