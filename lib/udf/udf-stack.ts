import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { UdfCaller } from './udf-caller';
import { UdfFunction } from './udf-function';

export interface UdfStackProps extends StackProps {
  /** Name of the stack with the state machine: names are made from it. */
  mainStack: string;
}

/**
 * What stands in for the solution's Python UDFs, in the region of a pipeline: Redshift calls Lambdas of its own region only.
 * Everything is kept when the stack goes ({@link KEPT}).
 */
export class UdfStack extends Stack {
  constructor(scope: Construct, id: string, { mainStack, ...props }: UdfStackProps) {
    super(scope, id, props);
    const { region } = this;
    const { functionArn } = new UdfFunction(this, 'Udf', { mainStack, region }).function;
    const { role } = new UdfCaller(this, 'Redshift', { mainStack, region, functionArn });
    new CfnOutput(this, 'FunctionArn', { value: functionArn, description: 'What Redshift calls' });
    new CfnOutput(this, 'RoleArn', {
      value: role.roleArn,
      description: 'Under which role; the upgrade gives it to each warehouse',
    });
  }
}
