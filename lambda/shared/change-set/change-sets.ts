import {
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  ListChangeSetsCommand,
  type Change as SdkChange,
} from '@aws-sdk/client-cloudformation';
import { isAwsError } from '../aws-errors';
import type { ConsolePlan } from '../plan/console-plan';
import { cloudFormation, stackResources } from '../solution/stacks';
import type { Change } from './changes';

/** The stack whose change sets they are. */
export interface StackRef {
  region: string;
  stackId: string;
}

export interface ChangeSet {
  name: string;
  id: string;
  status: string;
  executionStatus: string;
  reason: string;
}

export interface DescribedChangeSet extends ChangeSet {
  changes: Change[];
}

/** A change set with all its changes, page by page; undefined when there is none of that name. */
export async function findChangeSet(stack: StackRef, name: string): Promise<DescribedChangeSet | undefined> {
  try {
    return await describe(stack.region, { StackName: stack.stackId, ChangeSetName: name });
  } catch (error) {
    if (isAwsError(error, 'ChangeSetNotFoundException', 'ChangeSetNotFound')) return undefined;
    throw error;
  }
}

async function describe(
  region: string,
  input: { StackName?: string; ChangeSetName: string },
): Promise<DescribedChangeSet> {
  const changes: Change[] = [];
  for (let token: string | undefined; ;) {
    const page = await cloudFormation(region).send(
      new DescribeChangeSetCommand({ ...input, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    for (const item of page.Changes ?? []) changes.push(...(await changesOf(region, item)));
    token = page.NextToken;
    if (token !== undefined) continue;
    return {
      name: page.ChangeSetName ?? input.ChangeSetName,
      id: page.ChangeSetId ?? '',
      status: page.Status ?? '',
      executionStatus: page.ExecutionStatus ?? '',
      reason: page.StatusReason ?? '',
      changes,
    };
  }
}

/** A change, and those of the nested stack that it stands for. */
async function changesOf(region: string, { ResourceChange: resource }: SdkChange): Promise<Change[]> {
  if (resource === undefined) return [];
  const { Action: action = '', LogicalResourceId: logicalId = '', ResourceType: type = '', Replacement } = resource;
  const replacement = Replacement === 'True' || Replacement === 'Conditional' ? { replacement: Replacement } : {};
  const own: Change = { action, logicalId, type, ...replacement };
  if (resource.ChangeSetId === undefined) return [own];
  const nested = await describe(region, { ChangeSetName: resource.ChangeSetId });
  return [own, ...nested.changes.map((item) => ({ ...item, logicalId: `${logicalId}/${item.logicalId}` }))];
}

/** Names of a stack's change sets that begin so. */
export async function changeSetsNamed(stack: StackRef, prefix: string): Promise<string[]> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page = await cloudFormation(stack.region).send(
      new ListChangeSetsCommand({ StackName: stack.stackId, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    names.push(...(page.Summaries ?? []).map(({ ChangeSetName: name }) => name ?? ''));
    token = page.NextToken;
  } while (token !== undefined);
  return names.filter((name) => name.startsWith(prefix));
}

/**
 * Asks for a change set of the console's new template, with the plan's parameters and no others: what is left out takes the
 * new template's default. Never with a service role, which would stay the stack's for every later update.
 * Source: CloudFormation API Reference, CreateChangeSet (RoleARN, Parameters)
 */
export async function createChangeSet(console: ConsolePlan, name: string): Promise<void> {
  const { region, stackId, templateUrl, targetVersion } = console;
  await cloudFormation(region).send(
    new CreateChangeSetCommand({
      StackName: stackId,
      ChangeSetName: name,
      ChangeSetType: 'UPDATE',
      ClientToken: name,
      Description: `Upgrade of the web console to ${targetVersion}`,
      TemplateURL: templateUrl,
      Parameters: console.parameters.map(({ key, use, value }) =>
        use === 'previous'
          ? { ParameterKey: key, UsePreviousValue: true }
          : { ParameterKey: key, ParameterValue: value ?? '' },
      ),
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
      IncludeNestedStacks: await hasNestedStacks(console),
    }),
  );
}

async function hasNestedStacks({ region, stackId }: StackRef): Promise<boolean> {
  return (await stackResources(region, stackId)).some(({ stackName }) => stackName !== stackId);
}

export async function deleteChangeSet(stack: StackRef, name: string): Promise<void> {
  await cloudFormation(stack.region).send(
    new DeleteChangeSetCommand({ StackName: stack.stackId, ChangeSetName: name }),
  );
}

/** Rollback is asked for in so many words: the API's documentation contradicts itself about the default. */
export async function executeChangeSet(stack: StackRef, name: string, token: string): Promise<void> {
  await cloudFormation(stack.region).send(
    new ExecuteChangeSetCommand({
      StackName: stack.stackId,
      ChangeSetName: name,
      ClientRequestToken: token,
      DisableRollback: false,
    }),
  );
}

/**
 * Whether CloudFormation refuses because it is at work on the stack. It has no error of its own for this.
 * Source: texts of CreateChangeSet, UpdateStack and ExecuteChangeSet: "Stack:<id> is in <status> state and can not be updated."
 */
export function isBusyError(error: unknown): boolean {
  return (
    isAwsError(error, 'ValidationError') && /is in \w+_IN_PROGRESS state and can ?not be updated/.test(String(error))
  );
}
