import type { VirtualClock } from '../../clock';
import type { SimulatedStack } from './stacks';

/** Source: CloudFormation API Reference, StackEvent */
export interface StackEvent {
  eventId: string;
  stackId: string;
  stackName: string;
  logicalId: string;
  physicalId: string;
  type: string;
  timestampMs: number;
  status: string;
  reason?: string;
  /** Token of the operation that caused it. */
  token?: string;
}

export interface ResourceEvent {
  logicalId: string;
  physicalId?: string;
  type: string;
  status: string;
  reason?: string;
}

/** What happened to every stack of the account. Nothing is known from before the rehearsal: events are kept for 90 days. */
export class StackEvents {
  private readonly byStack = new Map<string, StackEvent[]>();
  private sequence = 0;

  /** @param onStackStatus sees a stack's own events: they are what EventBridge is told */
  constructor(
    private readonly clock: VirtualClock,
    private readonly onStackStatus: (event: StackEvent) => void = () => undefined,
  ) {}

  /** The stack's own event, which names the stack as its resource. */
  addStackEvent(stack: SimulatedStack, status: string, reason?: string, token?: string): void {
    const { stackName: logicalId, stackId: physicalId } = stack;
    const type = 'AWS::CloudFormation::Stack';
    this.add(stack, { logicalId, physicalId, type, status, ...(reason === undefined ? {} : { reason }) }, token);
  }

  add(stack: SimulatedStack, event: ResourceEvent, token?: string): void {
    const { stackId, stackName } = stack;
    const timestampMs = this.clock.now();
    this.sequence += 1;
    const number = this.sequence.toString(16).padStart(12, '0');
    const eventId =
      event.physicalId === stackId
        ? `00000000-0000-11f1-8000-${number}`
        : `${event.logicalId}-${event.status}-${new Date(timestampMs).toISOString()}-${number}`;
    const events = this.byStack.get(stackId) ?? [];
    const told: StackEvent = {
      ...event,
      eventId,
      stackId,
      stackName,
      timestampMs,
      physicalId: event.physicalId ?? '',
      ...(token === undefined ? {} : { token }),
    };
    events.push(told);
    this.byStack.set(stackId, events);
    if (event.physicalId === stackId) this.onStackStatus(told);
  }

  /** Newest first, as DescribeStackEvents answers. */
  newestFirst(stackId: string): StackEvent[] {
    return [...(this.byStack.get(stackId) ?? [])].reverse();
  }

  /** Grows with every event: tells whether anything happened to the stack since. */
  count(stackId: string): number {
    return this.byStack.get(stackId)?.length ?? 0;
  }

  hasToken(stackId: string, token: string): boolean {
    return (this.byStack.get(stackId) ?? []).some((event) => event.token === token);
  }
}

/** A member of DescribeStackEvents' answer. */
export function describeEvent(event: StackEvent): Record<string, unknown> {
  return {
    StackId: event.stackId,
    EventId: event.eventId,
    StackName: event.stackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: new Date(event.timestampMs),
    ResourceStatus: event.status,
    ...(event.reason === undefined ? {} : { ResourceStatusReason: event.reason }),
    ...(event.token === undefined ? {} : { ClientRequestToken: event.token }),
  };
}
