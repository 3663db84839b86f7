import { readAssembly, stacksOf, type AssemblyStack, type ListedStack } from './assembly';
import type {
  DeployedBucket,
  DeployedFunction,
  DeployedLogGroup,
  DeployedOutput,
  DeployedResource,
  DeployedStateMachine,
  DeployedKey,
  DeployedTable,
  DeployedTopic,
  Deployment,
  KeySchema,
} from './deployment';
import { stackIdOf, type DeploymentEnvironment } from './environment';
import { isRecord, TemplateError, type IntrinsicResolver, type RawTemplate } from './intrinsics';
import { readEventRules } from './event-rules';
import { asynchronousOf, readResourcePolicies } from './resource-policies';
import { resolveResources, type TemplateResource } from './resources';
import { policyDocument, readRoles } from './roles';

/**
 * Reads a stack of a cloud assembly as if it were deployed to `environment`.
 * Throws TemplateError where the template uses what a rehearsal does not simulate.
 * @param assemblyDirectory what `synthesise()` answers
 * @param environment `stackName` may be left out: it is then the assembly's
 */
export function readDeployment(
  assemblyDirectory: string,
  environment: Omit<DeploymentEnvironment, 'stackName'> & { stackName?: string },
): Deployment {
  const stack = readAssembly(assemblyDirectory);
  return deploymentOf(stack, { ...environment, stackName: environment.stackName ?? stack.stackName });
}

/**
 * Stacks of a cloud assembly, the one with the state machines first. Stacks whose region the app has fixed are read for that
 * region, the others for the environment's.
 *
 * @param isDeployed which of them there are; all where it is left out
 */
export function readDeployments(
  assemblyDirectory: string,
  environment: Omit<DeploymentEnvironment, 'stackName'>,
  isDeployed: (stack: Required<ListedStack>) => boolean = () => true,
): [Deployment, ...Deployment[]] {
  const deployments = stacksOf(assemblyDirectory)
    .map((stack) => ({ region: environment.region, ...stack }))
    .filter(isDeployed)
    .map(({ id, stackName, region }) =>
      deploymentOf(readAssembly(assemblyDirectory, id), { ...environment, stackName, region }),
    );
  const main = deployments.find(({ stateMachines }) => stateMachines.length > 0);
  if (main === undefined) throw new Error(`No stack of the assembly ${assemblyDirectory} has a state machine`);
  return [main, ...deployments.filter((deployment) => deployment !== main)];
}

/** The same, from a template at hand. */
export function deploymentOf(
  stack: Pick<AssemblyStack, 'template' | 'assetDirectory'>,
  environment: DeploymentEnvironment,
): Deployment {
  const { resources, resolver } = resolveResources(stack.template, environment);
  const each = <T>(type: string, read: (resource: Created) => T): T[] =>
    resources.filter((resource) => resource.type === type).map((resource) => read(createdOf(resource)));
  return {
    stackName: environment.stackName,
    region: environment.region,
    stackId: stackIdOf(environment),
    stateMachines: each('AWS::StepFunctions::StateMachine', readStateMachine),
    functions: each('AWS::Lambda::Function', (created) => ({
      ...readFunction(created, stack.assetDirectory),
      ...asynchronousOf(created.identity, resources),
    })),
    roles: readRoles(resources),
    tables: [...each('AWS::DynamoDB::Table', readTable), ...each('AWS::DynamoDB::GlobalTable', readTable)],
    buckets: each('AWS::S3::Bucket', readBucket),
    logGroups: each('AWS::Logs::LogGroup', readLogGroup),
    eventRules: readEventRules(resources),
    resourcePolicies: readResourcePolicies(resources),
    keys: each('AWS::KMS::Key', readKey),
    topics: each('AWS::SNS::Topic', readTopic),
    queues: each('AWS::SQS::Queue', resourceOf),
    outputs: readOutputs(stack.template, resolver),
  };
}

type Created = TemplateResource & { identity: NonNullable<TemplateResource['identity']> };

function createdOf(resource: TemplateResource): Created {
  const { identity } = resource;
  if (identity === undefined) throw new TemplateError(resource.logicalId, 'has no identity');
  return { ...resource, identity };
}

function resourceOf({ logicalId, identity }: Created): DeployedResource {
  return { logicalId, name: identity.name, arn: identity.arn };
}

function readStateMachine(created: Created): DeployedStateMachine {
  const { properties } = created;
  const definition = properties.has('DefinitionString')
    ? (JSON.parse(properties.text('DefinitionString')) as unknown)
    : properties.record('Definition');
  if (!isRecord(definition)) throw new TemplateError(properties.path, 'the definition is no object');
  const type = properties.text('StateMachineType', 'STANDARD');
  if (type !== 'STANDARD' && type !== 'EXPRESS')
    throw new TemplateError(`${properties.path}.StateMachineType`, `unknown: ${type}`);
  const logging = properties.nested('LoggingConfiguration');
  const machine = {
    ...resourceOf(created),
    definition,
    roleArn: properties.text('RoleArn'),
    type,
    tracing: properties.nested('TracingConfiguration').flag('Enabled'),
    logging: {
      level: logging.text('Level', 'OFF'),
      includeExecutionData: logging.flag('IncludeExecutionData'),
      destinations: logging.records('Destinations').map((destination) => {
        const group = destination['CloudWatchLogsLogGroup'];
        return isRecord(group) ? String(group['LogGroupArn']) : '';
      }),
    },
    tags: tagsOf(properties.records('Tags')),
  } satisfies DeployedStateMachine;
  properties.letPass('StateMachineName');
  properties.refuseOthers();
  return machine;
}

function readFunction(created: Created, assetDirectory: (objectKey: string) => string): DeployedFunction {
  const { properties } = created;
  const code = properties.nested('Code');
  if (!code.has('S3Key')) throw new TemplateError(code.path, 'only code from a file asset can be run');
  const environment = properties.nested('Environment').record('Variables', {});
  const reserved = properties.number('ReservedConcurrentExecutions', undefined);
  // Defaults of the resource type. Source: CloudFormation User Guide, AWS::Lambda::Function
  const fn = {
    ...resourceOf(created),
    handler: properties.text('Handler'),
    runtime: properties.text('Runtime'),
    timeoutSeconds: properties.number('Timeout', 3),
    memoryMb: properties.number('MemorySize', 128),
    environment: Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, String(value)])),
    roleArn: properties.text('Role'),
    assetDirectory: assetDirectory(code.text('S3Key')),
    ...(reserved === undefined ? {} : { reservedConcurrency: reserved }),
  };
  properties.letPass(
    'FunctionName',
    'Description',
    'Architectures',
    'LoggingConfig',
    'TracingConfig',
    'Tags',
    'VpcConfig',
  );
  properties.letPass('EphemeralStorage', 'RecursiveLoop');
  properties.refuseOthers();
  return fn;
}

function readTable(created: Created): DeployedTable {
  const { properties, identity } = created;
  const indexes = properties.records('GlobalSecondaryIndexes').map((index) => ({
    IndexName: String(index['IndexName']),
    KeySchema: index['KeySchema'] as KeySchema,
    Projection: isRecord(index['Projection']) ? index['Projection'] : {},
  }));
  const timeToLive = properties.nested('TimeToLiveSpecification');
  const timeToLiveAttribute = timeToLive.flag('Enabled') ? timeToLive.text('AttributeName') : undefined;
  const table = {
    ...resourceOf(created),
    createTable: {
      TableName: identity.name,
      AttributeDefinitions: properties.records(
        'AttributeDefinitions',
      ) as DeployedTable['createTable']['AttributeDefinitions'],
      KeySchema: properties.records('KeySchema') as KeySchema,
      ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
      BillingMode: 'PAY_PER_REQUEST' as const,
    },
    ...(timeToLiveAttribute === undefined ? {} : { timeToLiveAttribute }),
  };
  properties.letPass(
    'TableName',
    'BillingMode',
    'PointInTimeRecoverySpecification',
    'SSESpecification',
    'Tags',
    'Replicas',
  );
  properties.letPass('DeletionProtectionEnabled', 'TableClass', 'ContributorInsightsSpecification');
  properties.refuseOthers();
  return table;
}

function readBucket(created: Created): DeployedBucket {
  const { properties } = created;
  return {
    ...resourceOf(created),
    versioned: properties.nested('VersioningConfiguration').text('Status', '') === 'Enabled',
  };
}

function readKey(created: Created): DeployedKey {
  const { properties } = created;
  const policy = policyDocument(properties.record('KeyPolicy'), `${properties.path}.KeyPolicy`);
  return { ...resourceOf(created), policy };
}

function readTopic(created: Created): DeployedTopic {
  const { properties } = created;
  const keyArn = properties.text('KmsMasterKeyId', undefined);
  properties.letPass('TopicName', 'DisplayName', 'Tags');
  properties.refuseOthers();
  return { ...resourceOf(created), ...(keyArn === undefined ? {} : { keyArn }) };
}

function readLogGroup(created: Created): DeployedLogGroup {
  const retentionDays = created.properties.number('RetentionInDays', undefined);
  return { ...resourceOf(created), ...(retentionDays === undefined ? {} : { retentionDays }) };
}

function readOutputs(template: RawTemplate, resolver: IntrinsicResolver): Record<string, DeployedOutput> {
  const created = Object.entries(template.Outputs ?? {}).filter(
    ([key, { Condition }]) => Condition === undefined || resolver.condition(Condition, `Outputs.${key}.Condition`),
  );
  return Object.fromEntries(
    created.map(([key, output]) => {
      const value = resolver.resolve(output.Value, `Outputs.${key}.Value`);
      if (output.Export === undefined) return [key, { value }];
      return [key, { value, exportName: resolver.text(output.Export.Name, `Outputs.${key}.Export.Name`) }];
    }),
  );
}

function tagsOf(tags: Record<string, unknown>[]): { key: string; value: string }[] {
  return tags.map((tag) => ({ key: String(tag['Key']), value: String(tag['Value']) }));
}
