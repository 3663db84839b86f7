import { Arn, ArnFormat, Aws, CfnCondition, Duration, Fn, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  DefinitionBody,
  LogLevel,
  QueryLanguage,
  StateMachine,
  StateMachineType,
  type CfnStateMachine,
  type IChainable,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { childExecutionArns } from '../names';
import { acknowledgeWildcards } from '../wildcards';
import type { StepFunction } from '../step-function';

/** Starts again at each redrive. Source: Step Functions Developer Guide, redrive-executions */
const MACHINE_TIMEOUT = Duration.days(14);

export interface StandardMachineProps {
  /** Made from the stack's: policies of step Lambdas name the machine before it is. */
  name: string;
  comment: string;
  /** Makes the states in the scope of the machine's construct. */
  workflow: (scope: Construct) => IChainable;
  /** Lambdas that its Tasks may call. */
  steps: readonly StepFunction[];
  /** Where its Maps write their results. */
  bucket: IBucket;
  /** Labels of its Maps. */
  labels: readonly string[];
}

/** A Standard machine in JSONata with its log, its tracing and what its role needs for Maps, nested ones included. */
export class StandardMachine extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: StandardMachineProps) {
    super(scope, id);
    const { name, comment } = props;
    const logGroup = new LogGroup(this, 'Log', {
      // The prefix keeps CloudWatch's resource policy from growing with every machine. Source: Developer Guide, bp-cwl
      logGroupName: `/aws/vendedlogs/states/${name}`,
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: name,
      stateMachineType: StateMachineType.STANDARD,
      queryLanguage: QueryLanguage.JSONATA,
      comment,
      definitionBody: DefinitionBody.fromChainable(props.workflow(this)),
      timeout: MACHINE_TIMEOUT,
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: true },
      tracingEnabled: !isChina(this),
      // An execution that can still be redriven needs its machine; a stack that goes takes it along all the same.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    if (isChina(this) === undefined) this.traceOutsideChina();
    // CDK grants redrive on the labels of this machine only; a Map inside a Map starts its children under one more level.
    // Source: Step Functions Developer Guide, iam-policies-eg-dist-map
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({
        actions: ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
        resources: [childExecutionArns(this, name)],
      }),
    );
    this.explainWildcards(props);
  }

  /** CDK writes these statements as the Developer Guide has them. */
  private explainWildcards({ name, steps, bucket, labels }: StandardMachineProps): void {
    acknowledgeWildcards(
      this,
      ['*'],
      'Log delivery and X-Ray take no resource (Developer Guide, cw-logs and xray-iam).',
    );
    acknowledgeWildcards(
      this,
      steps.map((step) => `${step.function.functionArn}:*`),
      'Versions and aliases of the own functions.',
    );
    acknowledgeWildcards(
      this,
      [
        bucket.arnForObjects('*'),
        Stack.of(this).formatArn({
          service: 's3',
          region: '',
          account: '',
          resource: bucket.bucketName,
          resourceName: '*',
        }),
      ],
      'Results of Map Runs have generated keys.',
    );
    const { resourceName } = Arn.split(this.stateMachine.stateMachineArn, ArnFormat.COLON_RESOURCE_NAME);
    const executions = ['', ...labels.map((label) => `/${label}`)].map((label) =>
      Stack.of(this).formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${resourceName ?? ''}${label}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    acknowledgeWildcards(
      this,
      [...executions, childExecutionArns(this, name)],
      'Children of own Map Runs have generated names.',
    );
  }

  /** Lambda and Step Functions have no X-Ray in every China region; where the region is open, the deployment decides. */
  private traceOutsideChina(): void {
    const outsideChina = conditionOf(Stack.of(this));
    const resource = this.stateMachine.node.defaultChild as CfnStateMachine;
    resource.addPropertyOverride('TracingConfiguration.Enabled', Fn.conditionIf(outsideChina.logicalId, true, false));
  }
}

/** Whether the stack goes to a China region; undefined when that is known only at deployment. */
function isChina(scope: Construct): boolean | undefined {
  const { region } = Stack.of(scope);
  return Token.isUnresolved(region) ? undefined : region.startsWith('cn-');
}

/** One for all machines of a stack. */
function conditionOf(stack: Stack): CfnCondition {
  const known = stack.node.tryFindChild('OutsideChina');
  if (known instanceof CfnCondition) return known;
  return new CfnCondition(stack, 'OutsideChina', {
    expression: Fn.conditionNot(Fn.conditionEquals(Aws.PARTITION, 'aws-cn')),
  });
}
