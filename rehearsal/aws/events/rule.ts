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

export interface RuleTarget {
  id: string;
  arn: string;
}

/** Member → accepted values; `detail` nests. Only exact values are simulated. */
export interface EventPattern {
  source?: readonly string[];
  'detail-type'?: readonly string[];
  detail?: Readonly<Record<string, readonly string[]>>;
}

/** An event of an AWS service. */
export interface ServiceEvent {
  region: string;
  source: string;
  detailType: string;
  detail: Readonly<Record<string, string>>;
}

/** Source: EventBridge User Guide, event patterns: every member of the pattern has to be there with one of its values. */
export function matches(pattern: EventPattern, event: ServiceEvent): boolean {
  const accepts = (values: readonly string[] | undefined, value: string | undefined): boolean =>
    values === undefined || (value !== undefined && values.includes(value));
  return (
    accepts(pattern.source, event.source) &&
    accepts(pattern['detail-type'], event.detailType) &&
    Object.entries(pattern.detail ?? {}).every(([member, values]) => accepts(values, event.detail[member]))
  );
}
