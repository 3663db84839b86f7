import { nameSuffix, physicalName } from '../../../template/physical-names';
import type { RegisteredFunction } from '../../lambda/functions-api';
import type { SimulatedStack } from '../stacks';
import { isAtLeast, versionParts, type ConsoleVariant, type SolutionDescription } from './description';
import { consoleTables, type ConsoleTables } from './console-tables';
import type { SolutionNames } from './naming';
import type { SolutionRole, SolutionStateMachine, SolutionTable } from './solution';

/**
 * The web console: its stack, the API function whose environment tells the version, its tables and state machines.
 * Source: awslabs/clickstream-analytics-on-aws, cloudfront-control-plane-stack.ts, click-stream-api.ts, solution-info.ts.
 * Logical ids are those of 1.1.x, computed by CDK's rule; they can differ between releases.
 */
export function consoleOf(
  description: SolutionDescription,
  names: SolutionNames,
  pipelineStacks: SimulatedStack[],
): {
  stack: SimulatedStack;
  apiFunction: RegisteredFunction;
  tables: SolutionTable[];
  stateMachines: SolutionStateMachine[];
  roles: SolutionRole[];
} {
  const { region, stackName, version } = description.console;
  const stackId = names.stackId(region, stackName);
  const tables = consoleTables(description, names, pipelineStacks);
  const stateMachines = stateMachinesOf(description, names, stackId);
  const apiFunction = apiFunctionOf(description, names, { stackId, tables, stateMachines });
  const updatedMs = description.updatedMs;
  const resources = [
    { logicalId: apiFunctionId(version), physicalId: apiFunction.name, type: 'AWS::Lambda::Function' },
    ...Object.values(tables).map(({ logicalId, table }) => ({
      logicalId,
      physicalId: table.createTable.TableName,
      type: 'AWS::DynamoDB::Table',
    })),
    ...stateMachines.map(({ kind, arn }) => ({
      logicalId: kind === 'stack-workflow' ? WORKFLOW_MACHINE : ACTION_MACHINE,
      physicalId: arn,
      type: 'AWS::StepFunctions::StateMachine',
    })),
    {
      logicalId: 'ClickStreamApi748490D9',
      physicalId: nameSuffix(`api/${stackId}`).slice(0, 10).toLowerCase(),
      type: 'AWS::ApiGateway::RestApi',
    },
    { logicalId: 'SolutionBucketFDF2C7E2', physicalId: solutionBucket(description), type: 'AWS::S3::Bucket' },
  ];
  const serviceRole = description.console.hasServiceRole === true ? serviceRoleOf(names) : undefined;
  const stack: SimulatedStack = {
    region,
    stackName,
    stackId,
    description: descriptionText(description),
    status: updatedMs === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE',
    parameters: parametersOf(description),
    outputs: [
      { key: 'ControlPlaneURL', value: description.console.url ?? 'https://console.example.com' },
      { key: 'ControlPlaneBucket', value: solutionBucket(description) },
    ],
    tags: {},
    resources,
    ...(serviceRole === undefined ? {} : { roleArn: serviceRole.arn }),
    createdMs: description.createdMs,
    ...(updatedMs === undefined ? {} : { updatedMs }),
  };
  return {
    stack,
    apiFunction,
    tables: Object.values(tables).map(({ table }) => table),
    stateMachines,
    roles: serviceRole === undefined ? [] : [serviceRole],
  };
}

/** What an operator gave CloudFormation when the console was deployed: it may do anything. */
function serviceRoleOf(names: SolutionNames): SolutionRole {
  const name = 'ConsoleDeployment';
  return {
    name,
    arn: names.roleArn(name),
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
    policies: [
      {
        name: 'Everything',
        document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
      },
    ],
  };
}

const WORKFLOW_MACHINE = 'ClickStreamApiStackWorkflowStateMachineC5F60F13';
const ACTION_MACHINE = 'ClickStreamApiStackActionStateMachine21A0158C';

/** Source: awslabs/clickstream-analytics-on-aws, src/main.ts */
export const TEMPLATE_FILES: Record<ConsoleVariant, string> = {
  cloudfront: 'cloudfront-s3-control-plane-stack-global',
  'cloudfront-oidc': 'cloudfront-s3-control-plane-stack-global-oidc',
  'cloudfront-customdomain': 'cloudfront-s3-control-plane-stack-global-customdomain',
  'cloudfront-customdomain-oidc': 'cloudfront-s3-control-plane-stack-global-customdomain-oidc',
  'cloudfront-cn': 'cloudfront-s3-control-plane-stack-cn',
  'private-vpc': 'private-exist-vpc-control-plane-stack',
};

function variantOf({ console: { variant } }: SolutionDescription): ConsoleVariant {
  return variant ?? 'cloudfront';
}

function descriptionText(description: SolutionDescription): string {
  const { release, build } = versionParts(description.console.version);
  const where = variantOf(description) === 'private-vpc' ? ' within VPC (Private)' : '';
  return `(SO0219) Clickstream Analytics on AWS (Version ${release})(Build ${build})- Control Plane${where}`;
}

function apiFunctionId(version: string): string {
  return isAtLeast(version, '1.1.0')
    ? 'ClickStreamApiApiFunction684A4D61'
    : 'ClickStreamApiClickStreamApiFunction8C843168';
}

function parametersOf(description: SolutionDescription): Record<string, string> {
  const { version, iamRolePrefix } = description.console;
  const variant = variantOf(description);
  const [hasOidc, hasDomain] = [/oidc|cn|private/.test(variant), variant.includes('customdomain')];
  return {
    // In 1.0.x the OIDC variants had no e-mail parameter.
    ...(isAtLeast(version, '1.1.0') || !hasOidc ? { Email: 'admin@example.com' } : {}),
    ...(isAtLeast(version, '1.1.6') ? { IamRolePrefix: iamRolePrefix ?? '', IamRoleBoundaryArn: '' } : {}),
    ...(hasDomain ? { HostedZoneId: 'Z0000000000000', HostedZoneName: 'example.com', RecordName: 'console' } : {}),
    ...(hasOidc ? { OIDCProvider: 'https://oidc.example.com', OIDCClientId: 'clickstream' } : {}),
    ...(variant === 'cloudfront-cn' ? { IAMCertificateId: 'ASCAEXAMPLE', DomainName: 'console.example.com' } : {}),
    ...(variant === 'private-vpc' ? { VpcId: 'vpc-0example', PrivateSubnets: 'subnet-0a,subnet-0b' } : {}),
  };
}

function solutionBucket({ console: { region, stackName }, accountId }: SolutionDescription): string {
  return physicalName(stackName, `SolutionBucket-${accountId}-${region}`, 63).toLowerCase();
}

function stateMachinesOf(
  description: SolutionDescription,
  names: SolutionNames,
  stackId: string,
): SolutionStateMachine[] {
  const { region, version } = description.console;
  // Part of the stack's uuid, as CloudFormation stacks abbreviate it.
  const shortStackId = stackId.slice(-12);
  const machine = (kind: SolutionStateMachine['kind'], name: string): SolutionStateMachine => ({
    kind,
    region,
    name,
    arn: names.arn('states', region, `stateMachine:${name}`),
    tags: [],
  });
  if (!isAtLeast(version, '1.1.0')) return [];
  return [
    machine('stack-workflow', `clickstream-stack-workflow-${shortStackId}`),
    machine('stack-action', names.generated(ACTION_MACHINE, stackId)),
  ];
}

function apiFunctionOf(
  description: SolutionDescription,
  names: SolutionNames,
  parts: { stackId: string; tables: ConsoleTables; stateMachines: SolutionStateMachine[] },
): RegisteredFunction {
  const { region, stackName, version, iamRolePrefix } = description.console;
  const name = physicalName(stackName, apiFunctionId(version));
  const roleArn = names.roleArn(physicalName(stackName, 'ClickStreamApiApiFunctionRole'));
  const tableName = (table: keyof ConsoleTables): string => parts.tables[table].table.createTable.TableName;
  const machineArn = (kind: string): string => parts.stateMachines.find((machine) => machine.kind === kind)?.arn ?? '';
  const environment = {
    CLICK_STREAM_TABLE_NAME: tableName('metadata'),
    DICTIONARY_TABLE_NAME: tableName('dictionary'),
    ANALYTICS_METADATA_TABLE_NAME: tableName('analytics'),
    PREFIX_TIME_GSI_NAME: 'prefix-time-index',
    STACK_WORKFLOW_S3_BUCKET: solutionBucket(description),
    WITH_AUTH_MIDDLEWARE: String(variantOf(description) === 'private-vpc'),
    ISSUER: 'https://oidc.example.com',
    API_FUNCTION_LAMBDA_ROLE: roleArn,
    ...(isAtLeast(version, '1.1.0')
      ? {
          FULL_SOLUTION_VERSION: version,
          STACK_WORKFLOW_STATE_MACHINE: machineArn('stack-workflow'),
          STACK_ACTION_STATE_MACHINE: machineArn('stack-action'),
        }
      : {}),
    ...(isAtLeast(version, '1.1.6')
      ? {
          TEMPLATE_FILE: `${TEMPLATE_FILES[variantOf(description)]}.template.json`,
          STACK_ID: parts.stackId,
          IAM_ROLE_PREFIX: iamRolePrefix ?? '',
          IAM_ROLE_BOUNDARY_ARN: '',
          LISTEN_STACK_QUEUE_ARN: names.arn('sqs', region, physicalName(stackName, 'ListenStackStatusQueue', 80)),
        }
      : {}),
  };
  return {
    name,
    arn: names.arn('lambda', region, `function:${name}`),
    runtime: 'nodejs18.x',
    handler: 'run.sh',
    roleArn,
    timeoutSeconds: 30,
    memoryMb: 512,
    environment,
    lastModifiedMs: description.updatedMs ?? description.createdMs,
  };
}
