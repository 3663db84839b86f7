import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  type ExecutionStatus,
} from '@aws-sdk/client-sfn';
import { isAwsError } from '../shared/aws-errors';
import { stepFunctions } from '../shared/processing/workflows';
import type { LoadRecord } from './load-record';

/** What waits is known to the workflow's own table of files; it reads nothing of its input. Source: awslabs/clickstream-analytics-on-aws, load-ods-data-workflow.ts */
const INPUT = '{}';

/** Starts it, or finds that it was started under this name before. */
export async function startLoad(region: string, { stateMachineArn, name }: LoadRecord): Promise<string> {
  try {
    const { executionArn } = await stepFunctions(region).send(
      new StartExecutionCommand({ stateMachineArn, name, input: INPUT }),
    );
    if (executionArn === undefined) throw new Error('StartExecution answered without an ARN');
    return executionArn;
  } catch (error) {
    // It ran and has ended while the answer was lost.
    if (isAwsError(error, 'ExecutionAlreadyExists')) {
      return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    }
    throw error;
  }
}

/** Undefined when Step Functions does not know it: its state machine was deleted. */
export async function describeLoad(
  region: string,
  executionArn: string,
): Promise<{ status: ExecutionStatus; error: string | undefined } | undefined> {
  try {
    const { status, error, cause } = await stepFunctions(region).send(new DescribeExecutionCommand({ executionArn }));
    return { status: status ?? 'RUNNING', error: cause ?? error };
  } catch (error) {
    if (isAwsError(error, 'ExecutionDoesNotExist')) return undefined;
    throw error;
  }
}

export async function isLoading(region: string, stateMachineArn: string): Promise<boolean> {
  const { executions = [] } = await stepFunctions(region).send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 }),
  );
  return executions.length > 0;
}
