import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import { isAwsError } from '../aws-errors';
import { ErrorCode, UpgradeError } from '../errors';
import { Hold, type HoldRecord } from '../hold';
import type { ProjectPlan } from '../plan/project-plan';
import { stackNames, type PipelineStackType } from '../solution/pipeline-stacks';
import { findStack, resourcesOf } from '../solution/stacks';
import type { StateTable } from '../state-table';
import { perRegion } from '../per-region';
import { guarded } from '../guard/guard';

/**
 * What rests while a project is upgraded: the schedule that submits jobs, and the nightly deletion of old events, which would
 * take rows from the tables that are being migrated and compared.
 */
const RULE_ROLES = ['schedule', 'clear-expired'] as const;
export type RuleRole = (typeof RULE_ROLES)[number];

/**
 * Where each rule stands. Ends of logical ids are hashes that differ between releases.
 * Source: awslabs/clickstream-analytics-on-aws, data-pipeline.ts, clear-expired-events-workflow.ts
 */
const RULES: Record<RuleRole, { stackType: PipelineStackType; logicalId: RegExp }> = {
  schedule: { stackType: 'DataProcessing', logicalId: /jobSubmitterScheduler/ },
  'clear-expired': { stackType: 'DataModelingRedshift', logicalId: /ClearExpiredEventsScheduleRule/ },
};

/** For people. */
export const RULE_NAMES: Record<RuleRole, string> = {
  schedule: 'the job schedule',
  'clear-expired': 'the expiry of old events',
};

/** A rule as it is now, and the hold on it. `gone`: there is none of that role. */
export interface ProcessingRule {
  role: RuleRole;
  name: string;
  state: 'enabled' | 'disabled' | 'gone';
  hold: HoldRecord | undefined;
}

type Place = Pick<ProjectPlan, 'region' | 'stackPrefix' | 'pipelineId'>;

/** The hold of a role, not of a name: an upgrade may make the rule anew, and what it was before is still what counts. */
export function holdOf(table: StateTable, { region, pipelineId }: Place, role: RuleRole): Hold {
  return new Hold(table, `rule/${region}/${pipelineId}/${role}`);
}

/**
 * The rules of a project, looked for each time: an upgrade may have made them anew.
 *
 * @throws UpgradeError Unexpected when there is data processing and no schedule in it: nobody could say that it rests
 */
export async function findRules(table: StateTable, place: Place): Promise<ProcessingRule[]> {
  return Promise.all(RULE_ROLES.map((role) => findRule(table, place, role)));
}

async function findRule(table: StateTable, place: Place, role: RuleRole): Promise<ProcessingRule> {
  const { stackType, logicalId } = RULES[role];
  const [hold, names] = await Promise.all([holdOf(table, place, role).read(), ruleNames(place, stackType, logicalId)]);
  if (names === undefined) return { role, name: '', state: 'gone', hold };
  const [name] = names;
  if (name === undefined) {
    if (role === 'schedule') throw withoutSchedule(place);
    return { role, name: '', state: 'gone', hold };
  }
  return { role, name, state: await ruleState(place.region, name), hold };
}

/** Undefined where there is no such stack. */
async function ruleNames(
  { region, stackPrefix, pipelineId }: Place,
  stackType: PipelineStackType,
  logicalId: RegExp,
): Promise<string[] | undefined> {
  const [stackName = ''] = stackNames(stackPrefix, stackType, pipelineId);
  const stack = await findStack(region, stackName);
  if (stack === undefined) return undefined;
  const resources = await resourcesOf(region, stack);
  return resources
    .filter((resource) => resource.type === 'AWS::Events::Rule' && logicalId.test(resource.logicalId))
    .map(({ physicalId }) => physicalId);
}

async function ruleState(region: string, name: string): Promise<ProcessingRule['state']> {
  try {
    const { State: state } = await eventBridge(region).send(new DescribeRuleCommand({ Name: name }));
    return state === 'DISABLED' ? 'disabled' : 'enabled';
  } catch (error) {
    // Deleted by hand: nothing starts from it.
    if (isAwsError(error, 'ResourceNotFoundException')) return 'gone';
    throw error;
  }
}

export async function disableRule(region: string, name: string): Promise<void> {
  await eventBridge(region).send(new DisableRuleCommand({ Name: name }));
}

export async function enableRule(region: string, name: string): Promise<void> {
  await eventBridge(region).send(new EnableRuleCommand({ Name: name }));
}

/** Whether a project still needs the rule as we made it. */
export function isHeld({ hold }: Pick<ProcessingRule, 'hold'>, projectId: string): boolean {
  return hold?.state === 'held' && hold.holders.includes(projectId);
}

const eventBridge = perRegion((region) => guarded(new EventBridgeClient({ region })));

function withoutSchedule({ region, stackPrefix, pipelineId }: Place): UpgradeError {
  const [stackName = ''] = stackNames(stackPrefix, 'DataProcessing', pipelineId);
  return new UpgradeError({
    code: ErrorCode.Unexpected,
    what: `The schedule of data processing was not found in the stack ${stackName}.`,
    why: 'No rule in it, or in a stack nested in it, is named …jobSubmitterScheduler…, so nothing shows whether jobs are submitted.',
    next: 'Look whether the stack is complete in CloudFormation, bring it to its release in the web console, then redrive.',
    redrive: 'yes',
    ids: { pipelineId, region, stack: stackName },
  });
}
