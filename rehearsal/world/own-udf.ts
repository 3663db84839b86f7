import { UDF_STACK, udfName, udfRoleName } from '../../lib/udf/names';
import type { ListedStack } from '../template/assembly';
import type { Deployment } from '../template/deployment';

/** The Lambda that Redshift calls in a region, and the role under which it may. */
export interface OwnUdf {
  functionArn: string;
  roleArn: string;
}

/** Which stacks of the assembly somebody has deployed: that Lambda's in these regions only, all others everywhere. */
export function withUdfIn(regions: readonly string[]): (stack: Required<ListedStack>) => boolean {
  return ({ id, region }) => regions.includes(region) || !(id === UDF_STACK || id.startsWith(`${UDF_STACK}-`));
}

/** What there is in a region; undefined where the stack was not deployed. */
export function udfIn(region: string, [main, ...others]: readonly [Deployment, ...Deployment[]]): OwnUdf | undefined {
  const stackName = udfName(main.stackName);
  const found = others.find((stack) => stack.stackName === stackName && stack.region === region);
  if (found === undefined) return undefined;
  const fn = found.functions.find(({ name }) => name === stackName);
  const role = found.roles.find(({ name }) => name === udfRoleName(main.stackName, region));
  if (fn === undefined || role === undefined)
    throw new Error(`The stack ${found.stackId} lacks its function or its role`);
  return { functionArn: fn.arn, roleArn: role.arn };
}
