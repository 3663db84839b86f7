import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { OperatorClients } from './clients';
import { OperatorError } from './operator-error';

/** Our own stack, as far as the commands need it. */
export interface OperatorDeployment {
  stateTable: string;
  planBucket: string;
  stateMachineArn: string;
}

/**
 * Finds table, bucket and machine by the outputs of our stack.
 *
 * @throws OperatorError when there is no such stack, or it is not ours
 */
export async function findDeployment(
  { cloudFormation, region }: Pick<OperatorClients, 'cloudFormation' | 'region'>,
  stackName: string,
): Promise<OperatorDeployment> {
  const outputs = await outputsOf(cloudFormation, region, stackName);
  const demanded = (key: string): string => {
    const value = outputs.get(key);
    if (value === undefined) {
      throw new OperatorError(`The stack ${stackName} in ${region} has no output ${key}: it is not this software's.`);
    }
    return value;
  };
  return {
    stateTable: demanded('StateTableName'),
    planBucket: demanded('PlanBucketName'),
    stateMachineArn: demanded('StateMachineArn'),
  };
}

async function outputsOf(
  cloudFormation: OperatorClients['cloudFormation'],
  region: string,
  stackName: string,
): Promise<Map<string, string>> {
  try {
    const { Stacks: stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
    const outputs = stacks?.[0]?.Outputs ?? [];
    return new Map(outputs.map(({ OutputKey: key = '', OutputValue: value = '' }) => [key, value]));
  } catch (error) {
    // CloudFormation has no other name for a stack that is not there. Source: API Reference, DescribeStacks
    const isMissing = error instanceof Error && error.name === 'ValidationError';
    if (!isMissing) throw error;
    throw new OperatorError(
      `There is no stack ${stackName} in ${region}. Give the name this software is deployed as by --stack.`,
    );
  }
}
