import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime, type CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import { bundled } from './bundled';
import type { Permission } from './policies/permission';
import { acknowledgeWildcards } from './wildcards';

/** Environment a step's Lambda must be given: its schema's keys, without what Lambda itself sets. */
export type EnvironmentOf<Schema extends z.ZodObject> = Record<
  Exclude<Extract<keyof z.infer<Schema>, string>, 'AWS_REGION'>,
  string
>;

export interface StepFunctionProps<Schema extends z.ZodObject> {
  /** Folder under lambda/, for example `migrate-events`. */
  step: string;
  /** Typed from the step's own `environment` schema. */
  environment: EnvironmentOf<Schema>;
  /** What the step may do, beside writing its log. */
  permissions: Permission[];
  /** ARN of a managed policy that its role has as well. */
  managedPolicy?: string;
  /** Where it has to run to reach what it calls; outside any VPC where it is left out. */
  network?: StepNetwork;
}

/** Subnets with a way to AWS's endpoints and to what the step calls. */
export interface StepNetwork {
  subnetIds: readonly string[];
  securityGroupIds: readonly string[];
}

/** Reads and one long poll of 20 seconds happen inside a pass. */
const TIMEOUT = Duration.seconds(60);

/** A step's Lambda: bundled with its SDK, with a log group and a role of its own. */
export class StepFunction<Schema extends z.ZodObject = z.ZodObject> extends Construct {
  readonly function: NodejsFunction;
  readonly timeout = TIMEOUT;
  /** Folder under lambda/. */
  readonly step: string;

  constructor(scope: Construct, id: string, props: StepFunctionProps<Schema>) {
    super(scope, id);
    this.step = props.step;
    // Explicit, so that the ARN in the definition of an execution that will be redriven stays the same.
    const functionName = `${Stack.of(this).stackName}-${props.step}`;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Step ${props.step} of the upgrade`,
    });
    logGroup.grantWrite(role);
    for (const { actions, resources, wildcards, conditions = {} } of props.permissions) {
      role.addToPolicy(new PolicyStatement({ actions, resources, conditions }));
      if (wildcards !== undefined) acknowledgeWildcards(this, resources, wildcards);
    }
    if (props.managedPolicy !== undefined) {
      role.addManagedPolicy(ManagedPolicy.fromManagedPolicyArn(this, 'ManagedPolicy', props.managedPolicy));
    }
    this.function = new NodejsFunction(this, 'Function', {
      functionName,
      description: `Step ${props.step} of the upgrade`,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      timeout: TIMEOUT,
      role,
      logGroup,
      environment: {
        POWERTOOLS_SERVICE_NAME: props.step,
        POWERTOOLS_LOG_LEVEL: 'INFO',
        ...props.environment,
      },
      code: bundled(props.step),
    });
    if (props.network !== undefined) this.runIn(props.network, role);
  }

  /** Ids of subnets are all that an operator has to know; an IVpc would want availability zones as well. */
  private runIn({ subnetIds, securityGroupIds }: StepNetwork, role: Role): void {
    const resource = this.function.node.defaultChild as CfnFunction;
    resource.vpcConfig = { subnetIds: [...subnetIds], securityGroupIds: [...securityGroupIds] };
    // Source: Lambda Developer Guide, configuration-vpc, execution role permissions
    role.addToPolicy(
      new PolicyStatement({
        actions: ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface'],
        resources: ['*'],
      }),
    );
    acknowledgeWildcards(this, ['*'], 'Network interfaces of a function in a VPC have no names beforehand.');
  }
}
