import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { stackEventPages } from './stacks';

/** A resource that ended a stack's last operation, in its own words. */
export interface FailedResource {
  stackName: string;
  logicalId: string;
  type: string;
  reason: string;
}

/** Stacks nest no deeper than this in the solution. */
const DEEPEST = 4;
/** Events come a hundred a page; an operation of a large stack has some hundreds. */
const MOST_PAGES = 20;

/**
 * What failed in a stack's last operation, the first failure first. Of a nested stack CloudFormation only says that it
 * failed; the reason stands in the nested stack's own events. What was cancelled because of another failure is left out.
 * Source: CloudFormation User Guide, troubleshooting (nested stacks); API Reference, DescribeStackEvents
 */
export async function failedResources(region: string, stackNameOrId: string, depth = 0): Promise<FailedResource[]> {
  const events = await lastOperation(region, stackNameOrId);
  const failures = events.filter(
    (event) => isFailure(event) && !/cancelled\.?$/i.test(event.ResourceStatusReason ?? '') && !isOwn(event),
  );
  const found: FailedResource[] = [];
  for (const event of failures.reverse()) {
    const { PhysicalResourceId: physicalId = '' } = event;
    const nested =
      event.ResourceType === 'AWS::CloudFormation::Stack' && physicalId.startsWith('arn:') && depth < DEEPEST
        ? await failedResources(region, physicalId, depth + 1)
        : [];
    found.push(...(nested.length > 0 ? nested : [described(event)]));
  }
  return found;
}

/** Events of the newest update or creation, newest first. */
async function lastOperation(region: string, stackNameOrId: string): Promise<StackEvent[]> {
  const found: StackEvent[] = [];
  let pages = 0;
  for await (const events of stackEventPages(region, stackNameOrId)) {
    for (const event of events) {
      found.push(event);
      if (isOwn(event) && /^(?:UPDATE|CREATE)_IN_PROGRESS$/.test(event.ResourceStatus ?? '')) return found;
    }
    pages += 1;
    if (pages === MOST_PAGES) break;
  }
  return found;
}

function isOwn({ PhysicalResourceId, StackId }: StackEvent): boolean {
  return PhysicalResourceId !== undefined && PhysicalResourceId === StackId;
}

function isFailure({ ResourceStatus }: StackEvent): boolean {
  return ResourceStatus?.endsWith('_FAILED') === true;
}

function described(event: StackEvent): FailedResource {
  return {
    stackName: event.StackName ?? '',
    logicalId: event.LogicalResourceId ?? '',
    type: event.ResourceType ?? '',
    reason: event.ResourceStatusReason ?? 'no reason given',
  };
}
