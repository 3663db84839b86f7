import { GetAccountSettingsCommand, GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { isAwsError } from '../shared/aws-errors';
import { guarded } from '../shared/guard/guard';
import { perRegion } from '../shared/per-region';

/** The Lambda function that would replace Python functions, as it stands in a warehouse's region. */
export const foundUdf = z.object({
  functionName: z.string(),
  roleArn: z.string(),
  /** The stack with function and role is deployed there. */
  deployed: z.boolean(),
  /** Executions that the account has for all its functions there; Redshift takes as many as it finds. */
  concurrency: z.number().optional(),
});
export type FoundUdf = z.infer<typeof foundUdf>;

const lambda = perRegion((region) => guarded(new LambdaClient({ region })));

/**
 * Looks for the function of `lib/udf` by its name, which follows from that of our own stack.
 *
 * @param executionArn any of ours: it tells partition and account
 */
export async function findUdf(region: string, functionName: string, executionArn: string): Promise<FoundUdf> {
  const [, partition = 'aws', , , account = ''] = executionArn.split(':');
  const roleArn = `arn:${partition}:iam::${account}:role/${functionName}-${region}`;
  try {
    await lambda(region).send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
  } catch (error) {
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
    return { functionName, roleArn, deployed: false };
  }
  const { AccountLimit: limit } = await lambda(region).send(new GetAccountSettingsCommand({}));
  const concurrency = limit?.UnreservedConcurrentExecutions;
  return { functionName, roleArn, deployed: true, ...(concurrency === undefined ? {} : { concurrency }) };
}
