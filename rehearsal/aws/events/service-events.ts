import type { StackEvent } from '../cloudformation/stack-events';
import type { Json } from './pattern';
import type { ServiceEvent } from './rule';

/**
 * What CloudFormation tells of a stack's status. All events of one operation carry its token; where the operation had
 * none, the member is not there.
 * Source: CloudFormation User Guide, "CloudFormation Stack Status Change"
 */
export function stackStatusChange({ stackId, status, reason, token }: StackEvent): ServiceEvent {
  return {
    region: regionOf(stackId),
    source: 'aws.cloudformation',
    detailType: 'CloudFormation Stack Status Change',
    resources: [stackId],
    detail: {
      'stack-id': stackId,
      'status-details': { status, 'status-reason': reason ?? '' },
      ...(token === undefined ? {} : { 'client-request-token': token }),
    },
  };
}

/** Longer input and output are left out. Source: Step Functions Developer Guide, eventbridge-integration */
const LONGEST_DATA_BYTES = 248 * 1024;

/**
 * What Step Functions tells of a Standard execution's status, children of Map Runs included. Dates are epoch milliseconds.
 * Source: Step Functions Developer Guide, eventbridge-integration
 *
 * @param description as DescribeExecution answers at that moment
 */
export function executionStatusChange(description: Readonly<Record<string, unknown>>): ServiceEvent {
  const executionArn = String(description['executionArn']);
  const plain = (key: string): Json => {
    const value = description[key];
    return value instanceof Date ? value.getTime() : ((value ?? null) as Json);
  };
  return {
    region: regionOf(executionArn),
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn: plain('stateMachineArn'),
      name: plain('name'),
      status: plain('status'),
      startDate: plain('startDate'),
      stopDate: plain('stopDate'),
      ...data('input', description['input']),
      ...data('output', description['output']),
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      error: plain('error'),
      cause: plain('cause'),
      redriveCount: plain('redriveCount'),
      redriveDate: plain('redriveDate'),
      redriveStatus: plain('redriveStatus'),
      redriveStatusReason: plain('redriveStatusReason'),
    },
  };
}

function data(key: 'input' | 'output', value: unknown): Record<string, Json> {
  const details = `${key}Details`;
  if (typeof value !== 'string') return { [key]: null, [details]: null };
  // Escaped, as it stands in the event.
  const included = Buffer.byteLength(JSON.stringify(value)) <= LONGEST_DATA_BYTES;
  return { [key]: included ? value : null, [details]: { included } };
}

function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}
