import type { VirtualClock } from '../../clock';
import type { EventTargets } from './event-targets';
import { targetPayload } from './input';
import type { Json } from './pattern';
import type { BusEvent, EventRule, RetryPolicy, RuleTarget } from './rule';
import { TargetError } from './target-error';

/** One event on its way to one target. */
export interface Delivery {
  readonly rule: EventRule;
  readonly target: RuleTarget;
  readonly event: BusEvent;
  attempts: number;
  outcome: 'pending' | 'delivered' | 'dead-letter' | 'dropped';
  /** What the target got, or was to get; undefined where it could not be made of the event. */
  payload?: Json;
  /** Of the last attempt that failed. */
  error?: TargetError;
  endedMs?: number;
}

/** An event arrives about half a second after it happened. Source: EventBridge User Guide, eb-targets (typical latency) */
const LATENCY_MS = 500;
/** Source: EventBridge API Reference, RetryPolicy: the defaults */
const DEFAULT_RETRY: RetryPolicy = { maxAttempts: 185, maxAgeSeconds: 86_400 };
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 15 * 60_000;

/**
 * Brings events to the targets of our own rules: asynchronously, at least once, again where it failed, and to the
 * dead-letter queue in the end. An attempt holds the clock.
 * Source: EventBridge User Guide, eb-rule-retry-policy, eb-rule-dlq
 */
export class Deliveries {
  /** Everything there was to deliver, in order. */
  readonly all: Delivery[] = [];
  /** How often every event is delivered from now on: at least once is what EventBridge promises. */
  copies = 1;
  /** How long an event is under way, milliseconds: order is promised by nobody. */
  latencyMs: () => number = () => LATENCY_MS;

  constructor(
    private readonly clock: VirtualClock,
    private readonly targets: EventTargets,
  ) {}

  /** Deliveries of a rule, by a part of its name. */
  of(ruleName: string): Delivery[] {
    return this.all.filter(({ rule }) => rule.name.includes(ruleName));
  }

  /** Puts an event on its way. */
  deliver(target: RuleTarget, rule: EventRule, event: BusEvent): void {
    for (let copy = 0; copy < this.copies; copy += 1) {
      const delivery: Delivery = { rule, target, event, attempts: 0, outcome: 'pending' };
      this.all.push(delivery);
      this.later(delivery, this.latencyMs() * (copy + 1), this.clock.now());
    }
  }

  private later(delivery: Delivery, afterMs: number, acceptedMs: number): void {
    const { clock } = this;
    clock.at(clock.now() + afterMs, () => {
      const release = clock.hold();
      void this.attempt(delivery, acceptedMs).finally(release);
    });
  }

  private async attempt(delivery: Delivery, acceptedMs: number): Promise<void> {
    const { rule, target, event } = delivery;
    delivery.attempts += 1;
    try {
      delivery.payload = targetPayload(target.input, event, rule);
      await this.targets.call(target, rule, event, delivery.payload);
      this.end(delivery, 'delivered');
    } catch (error) {
      await this.failed(delivery, TargetError.of(error), acceptedMs);
    }
  }

  private async failed(delivery: Delivery, error: TargetError, acceptedMs: number): Promise<void> {
    delivery.error = error;
    const { maxAttempts, maxAgeSeconds } = delivery.target.retry ?? DEFAULT_RETRY;
    const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** (delivery.attempts - 1), LONGEST_BACKOFF_MS);
    const tooOften = delivery.attempts > maxAttempts;
    const tooOld = this.clock.now() + backoffMs - acceptedMs > maxAgeSeconds * 1_000;
    if (error.retryable && !tooOften && !tooOld) {
      this.later(delivery, backoffMs, acceptedMs);
      return;
    }
    const condition = tooOften ? 'MaximumRetryAttempts' : 'MaximumEventAgeInSeconds';
    const { rule, target, event, attempts } = delivery;
    const kept = await this.targets.deadLetter(target, rule, JSON.stringify(event), {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.arn,
      ERROR_CODE: error.code,
      ERROR_MESSAGE: error.message,
      ...(error.retryable ? { EXHAUSTED_RETRY_CONDITION: condition } : {}),
      RETRY_ATTEMPTS: String(attempts - 1),
    });
    this.end(delivery, kept ? 'dead-letter' : 'dropped');
  }

  private end(delivery: Delivery, outcome: Delivery['outcome']): void {
    delivery.outcome = outcome;
    delivery.endedMs = this.clock.now();
  }
}
