import type { VirtualClock } from '../../clock';
import { deterministicUuid } from '../../template/physical-names';
import { text } from '../input';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';
import { nextDueMs } from './due';
import { compilePattern } from './pattern';
import type { BusEvent, EventRule, RuleTarget, ServiceEvent } from './rule';

/** What a target does when its rule calls it; `event` where a pattern matched, nothing where a schedule came due. */
export type Deliver = (target: RuleTarget, rule: EventRule, event: BusEvent | undefined) => void;

interface KnownRule extends EventRule {
  madeMs: number;
  /** Whether its pattern accepts an event; a schedule accepts none. */
  accepts: (event: BusEvent) => boolean;
  /** Other than the bus's own. */
  deliver: Deliver | undefined;
  /** Gives up waiting for its next due time. */
  cancel?: () => void;
}

/** Source: EventBridge API Reference, ListRules and ListTargetsByRule: Limit from 1 to 100 */
const MOST_PER_PAGE = 100;

/**
 * Amazon EventBridge as far as rules of the default buses go, one bus a region: schedules, patterns, states, targets.
 * Schedules come due only while {@link runSchedules} lets them, so that a world at rest has no timer.
 * Source: Amazon EventBridge API Reference
 */
export class EventBridge implements SimulatedService {
  readonly signingName = 'events';
  private readonly rules: KnownRule[] = [];
  private deliver: Deliver = () => undefined;
  private schedulesUntilMs = -Infinity;
  private published = 0;

  constructor(
    private readonly clock: VirtualClock,
    private readonly pageSize = MOST_PER_PAGE,
    private readonly accountId = '111122223333',
  ) {}

  /** Says what targets do. */
  connect(deliver: Deliver): void {
    this.deliver = deliver;
  }

  /**
   * As PutRule and PutTargets: a rule of that name is replaced, its state included.
   *
   * @param deliver what its targets do; what those of the other rules do ({@link connect}) where it is left out
   * @throws Error for a pattern that EventBridge refuses, or that is not simulated
   */
  put(rule: EventRule, deliver?: Deliver): void {
    const { eventPattern } = rule;
    const accepts = eventPattern === undefined ? () => false : compilePattern(eventPattern);
    const known = this.known(rule.region, rule.name);
    if (known !== undefined) {
      Object.assign(known, rule, { accepts, deliver });
      this.awaitDue(known);
      return;
    }
    const made: KnownRule = { ...rule, madeMs: this.clock.now(), accepts, deliver };
    this.rules.push(made);
    this.awaitDue(made);
  }

  /** As DeleteRule. */
  remove(region: string, name: string): void {
    const index = this.rules.findIndex((rule) => rule.region === region && rule.name === name);
    const [removed] = index < 0 ? [] : this.rules.splice(index, 1);
    removed?.cancel?.();
  }

  find(region: string, name: string): EventRule | undefined {
    return this.known(region, name);
  }

  /** Every rule of every region. */
  get all(): readonly EventRule[] {
    return this.rules;
  }

  private known(region: string, name: string): KnownRule | undefined {
    return this.rules.find((rule) => rule.region === region && rule.name === name);
  }

  /** Whether any rule of a region waits for events of a service: the others need not be made. */
  listens(region: string, source: string): boolean {
    return this.rules.some(({ region: its, eventPattern }) => {
      if (its !== region || eventPattern === undefined) return false;
      const sources = eventPattern['source'];
      return !Array.isArray(sources) || sources.some((one) => one === source || typeof one !== 'string');
    });
  }

  /** An AWS service, or a scenario, emits an event: enabled rules whose patterns match call their targets. */
  publish({ region, source, detailType, detail, resources = [] }: ServiceEvent): BusEvent {
    this.published += 1;
    const event: BusEvent = {
      version: '0',
      id: deterministicUuid(`event ${String(this.published)}`),
      'detail-type': detailType,
      source,
      account: this.accountId,
      time: new Date(this.clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z'),
      region,
      resources,
      detail,
    };
    this.arrive(region, event);
    return event;
  }

  /** An event comes to a region's bus: from a service, from another region, or once more. */
  arrive(region: string, event: BusEvent): void {
    for (const rule of this.rules.filter((one) => one.region === region && one.accepts(event))) {
      this.call(rule, event);
    }
  }

  /** Schedules come due until then, epoch milliseconds. */
  runSchedules(untilMs: number): void {
    this.schedulesUntilMs = untilMs;
    for (const rule of this.rules) this.awaitDue(rule);
  }

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    return new Promise((resolve) => resolve(this.answer(call)));
  }

  private answer(call: ServiceCall): Record<string, unknown> {
    switch (call.operation) {
      case 'DescribeRule':
        refuseOtherMembers(call, ['Name', 'EventBusName']);
        return { ...shown(this.named(call, 'Name')), CreatedBy: call.caller.accountId };
      case 'DisableRule':
      case 'EnableRule':
        refuseOtherMembers(call, ['Name', 'EventBusName']);
        this.named(call, 'Name').state = call.operation === 'EnableRule' ? 'ENABLED' : 'DISABLED';
        return {};
      case 'ListRules':
        return this.listRules(call);
      case 'ListTargetsByRule': {
        refuseOtherMembers(call, ['Rule', 'EventBusName', 'Limit', 'NextToken']);
        const { page, rest } = this.paged(call, this.named(call, 'Rule').targets);
        return { Targets: page.map(({ id, arn }) => ({ Id: id, Arn: arn })), ...rest };
      }
      default:
        throw notSimulated(`events:${call.operation}`);
    }
  }

  private listRules(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['NamePrefix', 'EventBusName', 'Limit', 'NextToken']);
    onDefaultBus(call);
    const prefix = text(call, 'NamePrefix');
    const found = this.rules.filter(({ region, name }) => region === call.region && name.startsWith(prefix));
    found.sort((a, b) => (a.name < b.name ? -1 : 1));
    const { page, rest } = this.paged(call, found);
    return { Rules: page.map(shown), ...rest };
  }

  private named(call: ServiceCall, member: string): EventRule {
    onDefaultBus(call);
    const name = text(call, member);
    const rule = this.find(call.region, name);
    if (rule !== undefined) return rule;
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  }

  private paged<T>(call: ServiceCall, items: readonly T[]): { page: T[]; rest: { NextToken?: string } } {
    const { Limit: limit, NextToken: token } = call.input;
    const from = token === undefined ? 0 : Number(token);
    if (!Number.isInteger(from)) throw new AwsError('ValidationException', 'The token is not valid.');
    const next = from + Math.min(typeof limit === 'number' ? limit : this.pageSize, this.pageSize);
    return { page: items.slice(from, next), rest: next < items.length ? { NextToken: String(next) } : {} };
  }

  /** Waits for a schedule's next due time; a disabled rule's passes unused. */
  private awaitDue(rule: KnownRule): void {
    rule.cancel?.();
    const { scheduleExpression, madeMs } = rule;
    if (scheduleExpression === undefined) return;
    const dueMs = nextDueMs(scheduleExpression, madeMs, this.clock.now());
    if (dueMs > this.schedulesUntilMs) return;
    rule.cancel = this.clock.at(dueMs, () => {
      this.call(rule, undefined);
      this.awaitDue(rule);
    });
  }

  private call(rule: KnownRule, event: BusEvent | undefined): void {
    if (rule.state === 'DISABLED') return;
    const deliver = rule.deliver ?? this.deliver;
    for (const target of rule.targets) deliver(target, rule, event);
  }
}

function shown({
  name,
  arn,
  state,
  scheduleExpression,
  eventPattern,
  description,
}: EventRule): Record<string, unknown> {
  return {
    Name: name,
    Arn: arn,
    State: state,
    EventBusName: 'default',
    ...(scheduleExpression === undefined ? {} : { ScheduleExpression: scheduleExpression }),
    ...(eventPattern === undefined ? {} : { EventPattern: JSON.stringify(eventPattern) }),
    ...(description === undefined ? {} : { Description: description }),
  };
}

/** The solution has no bus of its own. */
function onDefaultBus(call: ServiceCall): void {
  const bus = text(call, 'EventBusName');
  if (bus !== '' && bus !== 'default') throw notSimulated(`events:${call.operation} on the bus ${bus}`);
}
