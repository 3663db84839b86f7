import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type Stack,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { perRegion } from '../per-region';
import { guarded } from '../guard/guard';

/** A resource of a stack or of a stack nested in it. */
export interface StackResource {
  logicalId: string;
  physicalId: string;
  type: string;
  /** Name of the stack it stands in. */
  stackName: string;
}

/** One client a region, for the life of the Lambda environment. */
export const cloudFormation = perRegion((region) => guarded(new CloudFormationClient({ region })));

/** A stack by name or id; undefined when there is none. */
export async function findStack(region: string, nameOrId: string): Promise<Stack | undefined> {
  try {
    const { Stacks: stacks } = await cloudFormation(region).send(new DescribeStacksCommand({ StackName: nameOrId }));
    return stacks?.[0];
  } catch (error) {
    // CloudFormation has no error of its own for this; the text is the only sign. Source: CloudFormation API, DescribeStacks
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist'))
      return undefined;
    throw error;
  }
}

/** Every stack of the region that is not deleted, nested ones too. */
export async function allStacks(region: string): Promise<Stack[]> {
  const found: Stack[] = [];
  let token: string | undefined;
  do {
    const page = await cloudFormation(region).send(
      new DescribeStacksCommand(token === undefined ? {} : { NextToken: token }),
    );
    found.push(...(page.Stacks ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return found;
}

/** Events of a stack, page by page, the newest first. */
export async function* stackEventPages(region: string, stackNameOrId: string): AsyncGenerator<StackEvent[]> {
  let token: string | undefined;
  do {
    const page = await cloudFormation(region).send(
      new DescribeStackEventsCommand({
        StackName: stackNameOrId,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    yield page.StackEvents ?? [];
    token = page.NextToken;
  } while (token !== undefined);
}

/** Resources of a stack, and of the stacks nested in it at whatever depth. */
export async function stackResources(region: string, stackNameOrId: string): Promise<StackResource[]> {
  const found: StackResource[] = [];
  let token: string | undefined;
  do {
    const page = await cloudFormation(region).send(
      new ListStackResourcesCommand({ StackName: stackNameOrId, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    for (const summary of page.StackResourceSummaries ?? []) {
      const { LogicalResourceId: logicalId, PhysicalResourceId: physicalId, ResourceType: type } = summary;
      if (logicalId === undefined || physicalId === undefined || type === undefined) continue;
      if (type === NESTED_STACK) found.push(...(await stackResources(region, physicalId)));
      else found.push({ logicalId, physicalId, type, stackName: stackNameOrId });
    }
    token = page.NextToken;
  } while (token !== undefined);
  return found;
}

/**
 * Resources of a stack as it was described, those of nested stacks included. While it is at rest nothing but an update changes
 * them, and an update changes the description: they are listed once for each, for the life of the Lambda environment.
 */
export async function resourcesOf(region: string, stack: Stack): Promise<StackResource[]> {
  const { StackId: id = '', StackName: name = id } = stack;
  if (isInProgress(stack)) return stackResources(region, name);
  const described = JSON.stringify(stack);
  const known = LISTED.get(id);
  if (known?.described === described) return known.resources;
  const resources = await stackResources(region, name);
  LISTED.set(id, { described, resources });
  return resources;
}

/** By stack id, so that its size is that of a deployment. */
const LISTED = new Map<string, { described: string; resources: StackResource[] }>();

const NESTED_STACK = 'AWS::CloudFormation::Stack';

/** Parameters of a stack, as DescribeStacks shows them: values of NoEcho parameters are asterisks. */
export function parametersOf(stack: Stack): Map<string, string> {
  return new Map((stack.Parameters ?? []).map((entry) => [entry.ParameterKey ?? '', entry.ParameterValue ?? '']));
}

/** Full version, build included, that the solution's tag says. Source: the solution's model-ln.ts, aws-solution/version */
export function versionTag(stack: Stack): string | undefined {
  return stack.Tags?.find(({ Key: key }) => key === 'aws-solution/version')?.Value;
}

/** Whether CloudFormation is at work on it. */
export function isInProgress(stack: Pick<Stack, 'StackStatus'>): boolean {
  return stack.StackStatus?.endsWith('_IN_PROGRESS') === true;
}
