import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { childExecutionArns, mapRunArns } from './names';

/** What a role may do, and why a resource in it is not named more closely. */
export interface Permission {
  actions: string[];
  resources: string[];
  /** Reason for each resource with a wildcard. */
  wildcards?: string;
}

/** Begin of the names of the solution's refresh workflow, in every project's reporting stack. */
const REFRESH_MACHINE = 'RefreshMaterializedViewsWorkflowRefreshMVStateMachine*';

const OBJECTS = 'Keys carry hashes of plans and names of executions; nothing else lies in the bucket.';
const GENERATED_NAMES = 'CloudFormation completes the name; a project may be in any region.';

/**
 * What steps may do, one function a capability. Everything the steps find belongs to the solution and is bounded by the
 * names it gives; projects may live in other regions than this stack, so regions are open where names are fenced.
 */
export class StepPolicies {
  constructor(
    private readonly scope: Construct,
    private readonly table: ITable,
    private readonly bucket: IBucket,
    /** ARNs of Data API roles that customers named themselves. */
    private readonly dataApiRoles: readonly string[],
  ) {}

  /** Journal, verdicts, plans: what every step has. */
  common(): Permission[] {
    return [
      { actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [this.table.tableArn] },
      { actions: ['s3:GetObject'], resources: [this.bucket.arnForObjects('*')], wildcards: OBJECTS },
      // Without it S3 answers AccessDenied, not NoSuchKey, for an object that is missing. Source: S3 API, GetObject
      { actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] },
    ];
  }

  /** Writes plans or reports. */
  writeObjects(): Permission[] {
    return [{ actions: ['s3:PutObject'], resources: [this.bucket.arnForObjects('*')], wildcards: OBJECTS }];
  }

  /** The solution's Data API roles, whose trust policies name the account. */
  useWarehouse(): Permission[] {
    return [
      {
        actions: ['sts:AssumeRole'],
        resources: [this.roleArn('Clickstream*'), this.roleArn('*-Clickstream*'), ...this.dataApiRoles],
        wildcards:
          'Generated names begin with the name of a stack of the solution, or with its role prefix and that name.',
      },
    ];
  }

  /** Reads a workgroup's limits. */
  describeWorkgroups(): Permission[] {
    return [
      {
        actions: ['redshift-serverless:GetWorkgroup'],
        resources: [this.anyRegion('redshift-serverless', 'workgroup', '*', '/')],
        wildcards: 'ARNs of workgroups carry an id instead of the name; reads only.',
      },
    ];
  }

  /** Runs the solution's refresh workflow and looks at the runs. */
  runRefreshWorkflow(): Permission[] {
    return [
      {
        actions: ['states:StartExecution', 'states:ListExecutions'],
        resources: [this.anyRegion('states', 'stateMachine', REFRESH_MACHINE)],
        wildcards: GENERATED_NAMES,
      },
      {
        actions: ['states:DescribeExecution'],
        resources: [this.anyRegion('states', 'execution', `${REFRESH_MACHINE}:*`)],
        wildcards: GENERATED_NAMES,
      },
    ];
  }

  /** Finds console, projects, apps, versions and refresh workflows. Reads only. */
  discover(): Permission[] {
    return [
      {
        actions: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources', 'states:ListStateMachines'],
        resources: ['*'],
        wildcards:
          'Without a stack name the console is looked for among all stacks, and DescribeStacks then takes no resource; ' +
          'stacks have the names that operators chose. ListStateMachines knows no resource.',
      },
      {
        actions: ['lambda:GetFunctionConfiguration'],
        resources: [this.anyRegion('lambda', 'function', '*ClickStreamApi*')],
        wildcards: 'The function of the console is named after its stack, whose name an operator chose.',
      },
      {
        actions: ['dynamodb:Query'],
        resources: [
          this.anyRegion('dynamodb', 'table', '*ClickstreamMetadata*', '/'),
          this.anyRegion('dynamodb', 'table', '*ClickstreamMetadata*/index/*', '/'),
        ],
        wildcards: 'The tables of the console are named after its stack, whose name an operator chose.',
      },
      {
        actions: ['states:ListTagsForResource'],
        resources: [this.anyRegion('states', 'stateMachine', REFRESH_MACHINE)],
        wildcards: GENERATED_NAMES,
      },
    ];
  }

  /** Map Runs of our own machine and their children. */
  readMapRuns(): Permission[] {
    return [
      {
        actions: ['states:DescribeMapRun', 'states:ListExecutions'],
        resources: [mapRunArns(this.scope)],
        wildcards: 'Map Runs of the own machine have generated ids.',
      },
      {
        actions: ['states:DescribeExecution'],
        resources: [childExecutionArns(this.scope)],
        wildcards: 'Children of the own Map Runs have generated names.',
      },
    ];
  }

  private roleArn(roleName: string): string {
    return Stack.of(this.scope).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: roleName });
  }

  private anyRegion(service: string, resource: string, resourceName: string, separator: ':' | '/' = ':'): string {
    const arnFormat = separator === ':' ? ArnFormat.COLON_RESOURCE_NAME : ArnFormat.SLASH_RESOURCE_NAME;
    return Stack.of(this.scope).formatArn({ service, region: '*', resource, resourceName, arnFormat });
  }
}
