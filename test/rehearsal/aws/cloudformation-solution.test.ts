import {
  solutionOf,
  type Solution,
  type SolutionDescription,
} from '../../../rehearsal/aws/cloudformation/solution-stacks';
import { StackRegistry, type SimulatedStack } from '../../../rehearsal/aws/cloudformation/stacks';
import { LambdaApi } from '../../../rehearsal/aws/lambda/functions-api';

const PIPELINE_ID = '0123456789abcdef0123456789abcdef';
const VERSION = 'v1.1.7-202409201200';

describe('the solution as a rehearsal finds it', () => {
  const solution = solutionOf(description({}));

  it('has a console stack that tells release and build in its description', () => {
    expect(named(solution, 'clickstream-console').description).toBe(
      '(SO0219) Clickstream Analytics on AWS (Version v1.1.7)(Build 202409201200)- Control Plane',
    );
    const withinVpc = solutionOf(description({ variant: 'private-vpc' }));
    expect(named(withinVpc, 'clickstream-console').description).toMatch(/- Control Plane within VPC \(Private\)$/);
  });

  it('leads from the console stack over its API function to version and tables', () => {
    const resource = named(solution, 'clickstream-console').resources.find(({ logicalId }) =>
      logicalId.startsWith('ClickStreamApiApiFunction'),
    );
    const fn = solution.functions.find(({ name }) => name === resource?.physicalId);

    expect(fn?.environment).toMatchObject({
      FULL_SOLUTION_VERSION: VERSION,
      PREFIX_TIME_GSI_NAME: 'prefix-time-index',
    });
    expect(solution.tables.map(({ createTable }) => createTable.TableName)).toContain(
      fn?.environment['CLICK_STREAM_TABLE_NAME'],
    );
    expect(solution.tables.map(({ createTable }) => createTable.TableName)).toContain(
      fn?.environment['DICTIONARY_TABLE_NAME'],
    );
  });

  it('looks older in older releases', () => {
    const old = solutionOf(description({ version: 'v1.0.3-202401010000' }));
    const fn = old.functions[0];

    expect(named(old, 'clickstream-console').resources.map(({ logicalId }) => logicalId)).toContain(
      'ClickStreamApiClickStreamApiFunction8C843168',
    );
    expect(fn?.environment).not.toHaveProperty('FULL_SOLUTION_VERSION');
    expect(old.stateMachines.map(({ kind }) => kind)).not.toContain('refresh-views');
    expect(pipelineItem(old)).not.toHaveProperty('stackDetails');
    expect(pipelineItem(old)).toHaveProperty('status.stackDetails');
    const middle = solutionOf(description({ version: 'v1.1.5-202403071513' }));
    expect(middle.functions[0]?.environment).toHaveProperty('FULL_SOLUTION_VERSION');
    expect(middle.functions[0]?.environment).not.toHaveProperty('TEMPLATE_FILE');
    expect(modeling(middle).parameters).not.toHaveProperty('TimeZoneWithAppId');
  });

  it('makes the stacks of a pipeline with names, tags and outputs an upgrade reads', () => {
    const names = solution.stacks
      .filter(({ parentId, region }) => parentId === undefined && region === 'us-east-1')
      .map(({ stackName }) => stackName);

    const types = [
      'ServiceCatalogAppRegistry',
      'Metrics',
      'Ingestion-s3',
      'DataProcessing',
      'DataModelingRedshift',
      'Reporting',
    ];
    expect(names).toEqual(types.map((type) => `Clickstream-${type}-${PIPELINE_ID}`));
    expect(modeling(solution).tags).toEqual({
      'aws-solution/name': 'Clickstream',
      'aws-solution/version': VERSION,
      'aws-solution/clickstream/project': 'shop',
    });
    expect(modeling(solution).parameters).toMatchObject({
      RedshiftMode: 'New_Serverless',
      ProjectId: 'shop',
      AppIds: 'web,app_2',
      NewRedshiftServerlessWorkgroupName: 'clickstream-shop',
      TimeZoneWithAppId: '[{"appId":"web","timezone":"Asia/Shanghai"}]',
    });
    expect(outputKeys(modeling(solution))).toEqual(
      expect.arrayContaining([
        'NewRedshiftServerlessRedshiftDataApiRoleArn',
        'StackCreatedRedshiftServerlessWorkgroupName',
      ]),
    );
  });

  it.each([
    ['Serverless', 'ExistingRedshiftServerless', 'IAMR:CustomerRole', 'analytics'],
    ['Provisioned', 'ProvisionedRedshift', 'clickstream', 'dw-1'],
  ] as const)('knows mode %s', (mode, prefix, dbUser, name) => {
    const redshift =
      mode === 'Serverless'
        ? { mode, workgroupName: name, roleArn: 'arn:aws:iam::123456789012:role/CustomerRole' }
        : { mode, clusterIdentifier: name, dbUser };
    const [project] = description({}).projects;
    const world = solutionOf({ ...description({}), projects: project === undefined ? [] : [{ ...project, redshift }] });

    expect(world.warehouses).toMatchObject([{ mode, name, dbUser, database: 'shop', schemas: ['web', 'app_2'] }]);
    expect(outputKeys(modeling(world))).toContain(`${prefix}RedshiftDataApiRoleArn`);
    expect(world.roles.map(({ arn }) => arn)).toEqual([world.warehouses[0]?.dataApiRoleArn]);
  });

  it('lets the account assume the Data API role, which may not cancel statements', () => {
    const role = solution.roles.find(({ arn }) => arn === solution.warehouses[0]?.dataApiRoleArn);

    expect(role?.trustPolicy.Statement).toEqual([
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sts:AssumeRole' },
    ]);
    expect(JSON.stringify(role?.policies)).toContain('redshift-data:BatchExecuteStatement');
    expect(JSON.stringify(role?.policies)).not.toContain('CancelStatement');
    expect(solution.warehouses[0]?.dbUser).toBe(`IAMR:${role?.name ?? ''}`);
  });

  it('has made its own workgroup under a role of its administrator, which the account may assume', () => {
    const nested = solution.stacks.find(({ parentId }) => parentId === modeling(solution).stackId);
    const resource = nested?.resources.find(({ logicalId }) => logicalId.includes('WorkgroupAdminRole'));
    const role = solution.roles.find(({ name }) => name === resource?.physicalId);

    expect(role?.arn).toBe(solution.warehouses[0]?.adminRoleArn);
    expect(role?.trustPolicy.Statement).toEqual([
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sts:AssumeRole' },
    ]);
    expect(role?.policies.flatMap(({ document }) => document.Statement.flatMap(({ Action }) => Action))).toEqual([
      'redshift-data:DescribeStatement',
      'redshift-data:GetStatementResult',
      'redshift-data:ExecuteStatement',
      'redshift-data:BatchExecuteStatement',
      'redshift-serverless:GetCredentials',
    ]);
  });

  it('keeps the files of its workflows where the stack’s parameters say', () => {
    expect(modeling(solution).parameters).toMatchObject({
      LoadWorkflowBucket: 'pipelines-123456789012-us-east-1',
      LoadWorkflowBucketPrefix: 'clickstream/shop/data/load-workflow/',
    });
    expect(solution.warehouses[0]?.workflowFiles).toEqual({
      bucket: 'pipelines-123456789012-us-east-1',
      prefix: 'clickstream/shop/data/load-workflow/',
    });
  });

  it('has the workflows of each project, tagged with the project, in the nested stack', () => {
    const refresh = solution.stateMachines.find(({ kind }) => kind === 'refresh-views');
    const nested = solution.stacks.find(({ parentId }) => parentId === modeling(solution).stackId);

    expect(refresh?.name).toMatch(/^RefreshMaterializedViewsWorkflowRefreshMVStateMachine/);
    expect(refresh?.tags).toContainEqual({ key: 'aws-solution/clickstream/project', value: 'shop' });
    expect(nested?.resources.map(({ physicalId }) => physicalId)).toContain(refresh?.arn);
    expect(modeling(solution).resources).toMatchObject([
      { type: 'AWS::CloudFormation::Stack', physicalId: nested?.stackId },
    ]);
  });

  it('keeps project, apps and pipeline in the metadata table, with the attributes of its index', () => {
    const items = solution.tables[0]?.items ?? [];

    expect(items.map(({ type }) => type)).toEqual([
      'USER',
      'METADATA#shop',
      'APP#web',
      'APP#app_2',
      `PIPELINE#${PIPELINE_ID}#latest`,
    ]);
    expect(items.every(({ prefix, createAt }) => typeof prefix === 'string' && typeof createAt === 'number')).toBe(
      true,
    );
    expect(pipelineItem(solution)).toMatchObject({
      id: 'shop',
      region: 'us-east-1',
      statusType: 'Active',
      templateVersion: VERSION,
      timezone: [{ appId: 'web', timezone: 'Asia/Shanghai' }],
    });
    expect((pipelineItem(solution)['stackDetails'] as unknown[]).length).toBe(6);
  });

  it('follows the role prefix and the China partition', () => {
    const world = solutionOf({ ...description({ iamRolePrefix: 'Acme', region: 'cn-north-1' }), partition: 'aws-cn' });

    expect(modeling(world).stackName).toMatch(/^Acme-Clickstream-DataModelingRedshift-/);
    expect(modeling(world).stackId).toMatch(/^arn:aws-cn:cloudformation:us-east-1:/);
    expect(JSON.stringify(world)).not.toContain('arn:aws:');
  });

  it('makes the same world twice, with names that stay within the limits', () => {
    expect(solutionOf(description({}))).toEqual(solution);
    for (const { stackName } of solution.stacks) expect(stackName).toMatch(/^[A-Za-z][A-Za-z0-9-]{0,127}$/);
    for (const { name } of solution.stateMachines) expect(name.length).toBeLessThanOrEqual(80);
    for (const { name } of solution.roles) expect(name.length).toBeLessThanOrEqual(64);
    const registry = new StackRegistry();
    for (const stack of solution.stacks) registry.add(stack);
    expect(registry.inRegion('us-east-1')).toHaveLength(8);
  });
});

describe('the Lambda API of a rehearsal', () => {
  const api = new LambdaApi();
  const [fn] = solutionOf(description({})).functions;
  if (fn === undefined) throw new Error('no function');
  api.register(fn);
  const get = (operation: string, FunctionName: string, region = 'eu-west-1'): Promise<Record<string, unknown>> => {
    const caller = {
      accountId: '123456789012',
      roleArn: 'arn:aws:iam::123456789012:role/r',
      sessionName: 's',
      accessKeyId: 'ASIA',
    };
    return api.handle({ service: 'lambda', operation, region, input: { FunctionName }, caller });
  };

  it.each([fn.name, fn.arn, `123456789012:function:${fn.name}`, `${fn.arn}:$LATEST`])(
    'finds a function by %s',
    async (name) => {
      await expect(get('GetFunctionConfiguration', name)).resolves.toMatchObject({
        FunctionArn: fn.arn,
        Environment: { Variables: { FULL_SOLUTION_VERSION: VERSION } },
      });
      await expect(get('GetFunction', name)).resolves.toMatchObject({ Configuration: { FunctionName: fn.name } });
    },
  );

  it('answers as AWS does when there is no such function', async () => {
    await expect(get('GetFunctionConfiguration', 'other')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:eu-west-1:123456789012:function:other',
      httpStatus: 404,
    });
    await expect(get('GetFunctionConfiguration', fn.name, 'us-east-1')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(get('GetFunctionConfiguration', fn.arn, 'us-east-1')).rejects.toThrow(
      "are not reachable in this region ('us-east-1')",
    );
    await expect(get('GetFunctionConfiguration', 'not a name')).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('refuses to invoke a function that nobody plays, and to change one', async () => {
    await expect(get('Invoke', fn.name)).rejects.toThrow(`does not simulate what the function ${fn.name} does`);
    await expect(get('UpdateFunctionCode', fn.name)).rejects.toThrow('lambda:UpdateFunctionCode');
  });
});

function description(console: Partial<SolutionDescription['console']>): SolutionDescription {
  return {
    partition: 'aws',
    accountId: '123456789012',
    console: { region: 'eu-west-1', stackName: 'clickstream-console', version: VERSION, ...console },
    projects: [
      {
        projectId: 'shop',
        pipelineId: PIPELINE_ID,
        region: 'us-east-1',
        apps: [{ appId: 'web', timezone: 'Asia/Shanghai' }, { appId: 'app_2' }],
        redshift: { mode: 'New_Serverless' },
      },
    ],
    createdMs: Date.UTC(2025, 0, 1),
  };
}

function named(solution: Solution, stackName: string): SimulatedStack {
  const stack = solution.stacks.find((candidate) => candidate.stackName === stackName);
  if (stack === undefined) throw new Error(`no stack ${stackName}`);
  return stack;
}

function modeling(solution: Solution): SimulatedStack {
  const stack = solution.stacks.find(
    ({ stackName, parentId }) => parentId === undefined && stackName.includes('Clickstream-DataModelingRedshift-'),
  );
  if (stack === undefined) throw new Error('no modelling stack');
  return stack;
}

function outputKeys({ outputs }: SimulatedStack): string[] {
  return outputs.map(({ key }) => key);
}

function pipelineItem(solution: Solution): Record<string, unknown> {
  return solution.tables[0]?.items.find(({ prefix }) => prefix === 'PIPELINE') ?? {};
}
