import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { OperatorClients } from './clients';

/** How an execution stands. */
export interface Standing {
  /** Undefined where Step Functions does not know it (any more). */
  status: string | undefined;
  /** Name of the error of a failed one. */
  error?: string;
}

export async function executionStatus(sfn: OperatorClients['sfn'], executionArn: string): Promise<Standing> {
  try {
    const { status, error } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return { status, ...(error === undefined ? {} : { error }) };
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return { status: undefined };
    throw error;
  }
}
