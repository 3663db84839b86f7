import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { isAwsError } from './aws-errors';
import { guarded } from './guard/guard';
import type { OwnerState } from './lock';

let client: SFNClient | undefined;

/**
 * What Step Functions says of an execution of our own machines, children included. It forgets an execution 90 days after
 * its end, and right after a start or a redrive may still tell what was before.
 * Source: Step Functions Developer Guide, service-quotas; API Reference, DescribeExecution ("eventually consistent")
 */
export async function executionState(executionArn: string): Promise<OwnerState> {
  const sfn = (client ??= guarded(new SFNClient({})));
  try {
    const { status = '', redriveStatus = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return { status, redriveStatus };
  } catch (error) {
    if (isAwsError(error, 'ExecutionDoesNotExist')) return 'gone';
    throw error;
  }
}
