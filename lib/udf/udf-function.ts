import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundled } from '../bundled';
import { udfName, udfRoleName } from './names';
import { KEPT } from './kept';

export interface UdfFunctionProps {
  mainStack: string;
  region: string;
}

/** `lambda/udf`: it sees customers' data, so it may write its log and reach nothing else of the account. */
export class UdfFunction extends Construct {
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, { mainStack, region }: UdfFunctionProps) {
    super(scope, id);
    const functionName = udfName(mainStack);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: KEPT,
    });
    const role = new Role(this, 'Role', {
      roleName: udfRoleName(mainStack, `run-${region}`),
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Runs the functions that Redshift calls instead of Python UDFs',
      inlinePolicies: {
        Log: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
      },
    });
    role.applyRemovalPolicy(KEPT);
    this.function = new NodejsFunction(this, 'Function', {
      functionName,
      description: 'Functions that Redshift calls instead of Python UDFs',
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // 1 MB of rows becomes several in answers; CPU comes with memory.
      memorySize: 1024,
      timeout: Duration.minutes(5),
      role,
      logGroup,
      environment: { POWERTOOLS_SERVICE_NAME: 'udf', POWERTOOLS_LOG_LEVEL: 'INFO' },
      code: bundled('udf'),
    });
    this.function.applyRemovalPolicy(KEPT);
  }
}
