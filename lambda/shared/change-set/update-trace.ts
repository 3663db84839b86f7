import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { stackEventPages } from '../solution/stacks';
import type { StackRef } from './change-sets';

/** What a stack's events tell of one update. */
export interface UpdateTrace {
  /** Whether any event carries its token. */
  seen: boolean;
  /** The status in which the stack ended; undefined while it runs, or where nothing was seen. */
  ended: string | undefined;
  /** Resources that failed for a reason of their own, in the order in which they failed. */
  reasons: string[];
}

/** The rehearsal's, the machine's and CloudFormation's clocks may differ by that much. */
const CLOCK_MARGIN_MS = 15 * 60_000;

/** Nested stacks below nested stacks are not looked into deeper than that. */
const DEEPEST = 3;

const MOST_REASONS = 10;

const STACK = 'AWS::CloudFormation::Stack';

/**
 * Looks for an update by its token, from the newest event back to when it was begun. All events of one operation carry
 * its token. Source: CloudFormation API Reference, StackEvent (ClientRequestToken)
 */
export async function traceUpdate(stack: StackRef, token: string, sinceMs: number): Promise<UpdateTrace> {
  const events = await eventsOf(stack, token, sinceMs);
  const own = events.filter((event) => event.PhysicalResourceId === stack.stackId);
  const ended = own.map((event) => String(event.ResourceStatus)).findLast((status) => END.test(status));
  const reasons = await reasonsOf(stack, events, token, sinceMs, 1);
  return { seen: events.length > 0, ended, reasons: reasons.slice(0, MOST_REASONS) };
}

/** Source: CloudFormation User Guide, stack status codes */
const END = /^UPDATE_(?:COMPLETE|FAILED|ROLLBACK_COMPLETE|ROLLBACK_FAILED)$/;

/**
 * The failed resources' own words, oldest first. When one fails, its siblings are cancelled, and their events are newer:
 * the reason is at the bottom. A nested stack says only that it failed; why stands among its own events.
 */
async function reasonsOf(
  stack: StackRef,
  events: readonly StackEvent[],
  token: string,
  sinceMs: number,
  depth: number,
): Promise<string[]> {
  const reasons: string[] = [];
  for (const event of events) {
    if (event.PhysicalResourceId === stack.stackId || !isOwnFailure(event)) continue;
    const { LogicalResourceId: logicalId = '', ResourceType: type = '', ResourceStatusReason: reason = '' } = event;
    const nested = type === STACK && depth < DEEPEST ? event.PhysicalResourceId : undefined;
    const inner =
      nested === undefined || nested === ''
        ? []
        : await nestedReasons({ region: stack.region, stackId: nested }, token, sinceMs, depth + 1);
    const texts =
      inner.length > 0 ? inner.map((text) => `${logicalId}/${text}`) : [`${logicalId} (${type}): ${reason}`];
    for (const text of texts) if (!reasons.includes(text)) reasons.push(text);
  }
  return reasons;
}

async function nestedReasons(stack: StackRef, token: string, sinceMs: number, depth: number): Promise<string[]> {
  return reasonsOf(stack, await eventsOf(stack, token, sinceMs), token, sinceMs, depth);
}

/** Cancelled resources have no reason of their own. Source: CloudFormation User Guide, troubleshooting */
function isOwnFailure(event: StackEvent): boolean {
  const reason = event.ResourceStatusReason ?? '';
  const failed = event.ResourceStatus?.endsWith('_FAILED') === true;
  return failed && reason !== '' && !/^Resource (?:creation|update|deletion) cancelled/i.test(reason);
}

/** Events of the operation, oldest first. */
async function eventsOf({ region, stackId }: StackRef, token: string, sinceMs: number): Promise<StackEvent[]> {
  const found: StackEvent[] = [];
  for await (const events of stackEventPages(region, stackId)) {
    found.push(...events.filter((event) => event.ClientRequestToken === token));
    const oldest = events.at(-1)?.Timestamp?.getTime();
    if (oldest !== undefined && oldest < sinceMs - CLOCK_MARGIN_MS) break;
  }
  return found.reverse();
}
