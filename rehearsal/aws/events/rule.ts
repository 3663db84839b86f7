import { compilePattern, type Json } from './pattern';

/** A rule of the default event bus. */
export interface EventRule {
  region: string;
  name: string;
  arn: string;
  state: RuleState;
  /** One of the two, as with PutRule. */
  scheduleExpression?: string;
  eventPattern?: EventPattern;
  description?: string;
  targets: readonly RuleTarget[];
}

/** Source: EventBridge API Reference, DescribeRule */
export type RuleState = 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

/** Source: EventBridge API Reference, Target */
export interface RuleTarget {
  id: string;
  arn: string;
  /** Role that EventBridge assumes for targets without a resource policy. */
  roleArn?: string;
  /** What the target gets; the whole event where it is left out. */
  input?: TargetInput;
  retry?: RetryPolicy;
  /** Queue of events that could not be delivered. */
  deadLetterArn?: string;
}

/** Source: EventBridge API Reference, Target (Input, InputPath, InputTransformer) */
export type TargetInput =
  | { kind: 'constant'; json: string }
  | { kind: 'path'; path: string }
  | { kind: 'transformer'; paths: Readonly<Record<string, string>>; template: string };

/** Source: EventBridge API Reference, RetryPolicy */
export interface RetryPolicy {
  maxAttempts: number;
  maxAgeSeconds: number;
}

/** Members with the values that each may have, and the operators over them: see `pattern.ts`. */
export type EventPattern = Readonly<Record<string, unknown>>;

/** What a service says has happened. */
export interface ServiceEvent {
  region: string;
  source: string;
  detailType: string;
  detail: Readonly<Record<string, Json>>;
  /** ARNs that it is about. */
  resources?: readonly string[];
}

/** An event as it lies on a bus. Source: EventBridge User Guide, eb-events-structure */
export interface BusEvent {
  readonly [key: string]: Json;
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** To the second. */
  readonly time: string;
  /** Where it happened, whatever bus it lies on. */
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, Json>>;
}

/** Whether a pattern accepts an event. */
export function matches(pattern: EventPattern, event: BusEvent): boolean {
  return compilePattern(pattern)(event);
}
