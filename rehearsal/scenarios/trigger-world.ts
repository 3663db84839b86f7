import type { Outcome } from '../../lambda/start/start';
import type { BusEvent } from '../aws/events/rule';
import type { StackStatus } from '../aws/cloudformation/stacks';
import { deterministicUuid } from '../template/physical-names';
import type { Stage } from '../run/stage';
import { CONSOLE_STACK } from '../world/world';
import { consoleStack } from './console-world';
import { ONE_APP, RELEASE, timezonesOf } from './worlds';

/**
 * What our own stack is deployed with where events start it: the console is in one region, the pipeline in another.
 * One for all scenarios, so that it is synthesised once.
 */
export const TRIGGER_CONTEXT = {
  region: 'us-east-1',
  pipelineRegions: ['eu-west-1'],
  trigger: {
    consoleStack: CONSOLE_STACK,
    input: {
      mode: 'execute',
      projects: timezonesOf(ONE_APP.projects),
      approvals: { plan: false },
      migration: { days: ONE_APP.days },
    },
  },
};

/** Longer than any event is under way, its second hop and the Lambda's own retries included. */
const QUIET_MS = 10 * 60_000;

const TEMPLATE = `https://solutions-reference.s3.amazonaws.com/clickstream-analytics-on-aws/${RELEASE}/cloudfront-s3-control-plane-stack-global.template.json`;

/** Somebody replaces the console's template in the CloudFormation console. Resolves when the stack is at rest. */
export function updateConsoleByHand(stage: Stage): Promise<StackStatus> {
  const { updates, life } = stage.world.account;
  const stack = consoleStack(stage);
  const template = life.templates(TEMPLATE);
  if (template === undefined) throw new Error(`There is no template ${TEMPLATE}`);
  return updates.begin(stack, template.update(stack, stack.parameters), byHand(stack.stackId));
}

/** Somebody changes nothing but a tag of the console's stack, by hand. */
export function tagConsoleByHand(stage: Stage): Promise<StackStatus> {
  const { updates } = stage.world.account;
  const stack = consoleStack(stage);
  const tags = { ...stack.tags, owner: 'analytics' };
  return updates.begin(stack, { next: { tags }, seconds: 30, cleanupSeconds: 5 }, byHand(`${stack.stackId} tags`));
}

/** As the CloudFormation console makes tokens. Source: CloudFormation API Reference, StackEvent (ClientRequestToken) */
function byHand(seed: string): string {
  return `Console-UpdateStack-${deterministicUuid(seed)}`;
}

/** Waits until every event that was told has been handled. */
export async function eventsHandled({ world }: Stage): Promise<void> {
  const { ownEvents } = world.account;
  do await world.clock.sleep(QUIET_MS);
  while (
    ownEvents.deliveries.all.some(({ outcome }) => outcome === 'pending') ||
    ownEvents.functions.all.some(({ outcome }) => outcome === 'pending')
  );
}

/** Executions of our machine that somebody, or something, has started, oldest first. */
export function executions({ world }: Stage): string[] {
  const { engine, machineArn } = world.account;
  const { executions: listed } = engine.listExecutions({ stateMachineArn: machineArn });
  return listed.map(({ executionArn }) => String(executionArn)).reverse();
}

/** What the Lambda made of the events it was called with, in order. */
export function outcomes({ world }: Stage): Outcome[] {
  return world.account.ownEvents.functions.of('start').map(({ answer }) => answer as Outcome);
}

/** The same, counted: `started`, `duplicate`, or why it was ignored. */
export function counted(stage: Stage): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of outcomes(stage)) {
    const reason = one.outcome === 'ignored' ? one.because : one.outcome;
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}

/** Events that reached the trigger's rule in the console's region. */
export function delivered({ world }: Stage): readonly BusEvent[] {
  const { ownEvents, region } = world.account;
  return ownEvents.deliveries.all.filter(({ rule }) => rule.region === region).map(({ event }) => event);
}

/** What could not be delivered or handled. */
export function deadLetters({ world }: Stage): readonly unknown[] {
  return world.account.ownEvents.queues.all.map(({ body }) => JSON.parse(body) as unknown);
}
