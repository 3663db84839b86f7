import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  GetTemplateSummaryCommand,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { SolutionStateMachine } from '../../../rehearsal/aws/cloudformation/solution-stacks';
import { ConsoleStore } from '../../../rehearsal/solution/console-store';
import { described, NEW, OLD, SolutionBench } from './solution-bench';

const CONSOLE = 'clickstream-console';
const BASE = 'https://solutions-reference.s3.amazonaws.com/clickstream-analytics-on-aws';
const GLOBAL = 'cloudfront-s3-control-plane-stack-global.template.json';

describe('the console’s upgrade in a rehearsal', () => {
  let bench: SolutionBench;
  let client: CloudFormationClient;

  beforeEach(async () => {
    const { console, ...rest } = described();
    bench = await new SolutionBench({ ...rest, console: { ...console, version: OLD } }).open();
    client = bench.account.client(CloudFormationClient, { region: 'us-east-1' });
  });
  afterEach(() => bench.close());

  const prepare = async (url: string) => {
    await client.send(
      new CreateChangeSetCommand({
        StackName: CONSOLE,
        ChangeSetName: 'upgrade',
        TemplateURL: url,
        Parameters: [{ ParameterKey: 'Email', UsePreviousValue: true }],
        Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      }),
    );
    await bench.account.clock.sleep(60_000);
    return client.send(new DescribeChangeSetCommand({ StackName: CONSOLE, ChangeSetName: 'upgrade' }));
  };
  const execute = async (): Promise<void> => {
    await client.send(new ExecuteChangeSetCommand({ StackName: CONSOLE, ChangeSetName: 'upgrade' }));
    await bench.account.clock.sleep(3_600_000);
  };
  const store = () => new ConsoleStore(bench.dynamoDb, bench.description);
  const version = async (): Promise<string | undefined> => {
    const FunctionName = bench.plan().console.apiFunction;
    const lambda = bench.account.client(LambdaClient, { region: 'us-east-1' });
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return Environment?.Variables?.['FULL_SOLUTION_VERSION'];
  };

  it('knows the templates of its releases, and no floating ones', async () => {
    const { Parameters, Description } = await client.send(
      new GetTemplateSummaryCommand({ TemplateURL: `${BASE}/v1.1.7/${GLOBAL}` }),
    );

    expect(Parameters?.map(({ ParameterKey }) => ParameterKey)).toEqual([
      'Email',
      'IamRolePrefix',
      'IamRoleBoundaryArn',
    ]);
    expect(Description).toContain('(Version v1.1.7)');
    expect(bench.life.templates(`${BASE}/latest/${GLOBAL}`)).toBeUndefined();
    expect(bench.life.templates(`${BASE}/v9.9.9/${GLOBAL}`)).toBeUndefined();
  });

  it('changes stack, function and dictionary, and leaves the pipelines where they are', async () => {
    const set = await prepare(`${BASE}/v1.1.7/${GLOBAL}`);
    expect(set.Changes?.map(({ ResourceChange: change }) => change?.Replacement)).not.toContain('True');

    await execute();

    expect(bench.registry.find('us-east-1', CONSOLE)).toMatchObject({
      status: 'UPDATE_COMPLETE',
      description: expect.stringContaining('(Version v1.1.7)') as string,
      parameters: { Email: 'admin@example.com', IamRolePrefix: '' },
    });
    await expect(version()).resolves.toBe(NEW);
    await expect(store().solutionDictionary()).resolves.toMatchObject({ version: NEW });
    expect(new Set(Object.values(bench.stacks()))).toEqual(new Set([`CREATE_COMPLETE ${OLD}`]));
  });

  it('shows what a scenario wants to be seen, and fails once where it says so', async () => {
    bench.life.console.plan({
      risky: [
        { action: 'Modify', logicalId: 'Distribution', type: 'AWS::CloudFront::Distribution', replacement: 'True' },
      ],
      failures: [{ logicalId: 'Distribution', type: 'AWS::CloudFront::Distribution', reason: 'no' }],
    });
    const set = await prepare(`${BASE}/v1.1.7/${GLOBAL}`);
    expect(set.Changes?.map(({ ResourceChange: change }) => change?.Replacement)).toContain('True');

    await execute();

    expect(bench.registry.find('us-east-1', CONSOLE)?.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    await expect(version()).resolves.toBe(OLD);
  });

  it('lets the dictionary lag behind when a scenario says so', async () => {
    bench.life.console.plan({ dictionaryLagSeconds: 7_200 });
    await prepare(`${BASE}/v1.1.7/${GLOBAL}`);
    await execute();

    await expect(store().solutionDictionary()).resolves.toMatchObject({ version: OLD });
    await bench.account.clock.sleep(7_200_000);
    await expect(store().solutionDictionary()).resolves.toMatchObject({ version: NEW });
  });
});

describe('the pipeline’s workflow in a rehearsal', () => {
  const updated: string[] = [];
  const machines: SolutionStateMachine[] = [];
  let bench: SolutionBench;

  beforeEach(async () => {
    updated.length = 0;
    machines.length = 0;
    bench = await new SolutionBench(described(), undefined, {
      onStackUpdated: (projectId, type, version) => void updated.push(`${projectId} ${type} ${version}`),
      registerMachines: (all) => void machines.push(...all),
    }).open();
  });
  afterEach(() => bench.close());

  const upgrade = async (): Promise<void> => {
    const authorizationToken = bench.life.token({ email: 'admin@example.com' });
    await bench.life.api.handle(() => ({
      method: 'POST',
      path: `/api/pipeline/${bench.pipelineId}/upgrade`,
      query: { pid: 'project1' },
      headers: { 'x-click-stream-request-id': 'one' },
      body: {},
      authorizationToken,
    }));
  };
  const settle = () => bench.account.clock.sleep(24 * 3_600_000);

  it('takes the stacks through their updates in the solution’s order', async () => {
    await upgrade();
    await settle();

    expect(updated.map((line) => line.split(' ')[1])).toEqual([
      'ServiceCatalogAppRegistry',
      'Metrics',
      'DataProcessing',
      'Ingestion',
      'DataModelingRedshift',
      'Reporting',
    ]);
    expect(updated[0]).toBe(`project1 ServiceCatalogAppRegistry ${NEW}`);
    expect(bench.stack('DataModelingRedshift').parameters).toHaveProperty('TimeZoneWithAppId');
    expect(machines.map(({ kind }) => kind)).toContain('refresh-views');
  });

  it('swallows that a stack cannot be updated, and judges it by the status it is in', async () => {
    bench.stack('Metrics').status = 'UPDATE_ROLLBACK_FAILED';
    const before = bench.stack('Metrics').tags;
    await bench.writeRecord({ stackDetails: [] });

    await upgrade();
    await settle();

    expect(bench.stack('Metrics').tags).toEqual(before);
    await expect(bench.record()).resolves.toMatchObject({ executionDetail: { status: 'FAILED' } });
  });

  it('counts a rolled back stack as done, as the solution does', async () => {
    bench.life.pipeline('project1').plan({
      failures: { DataProcessing: [{ logicalId: 'App', type: 'AWS::EMRServerless::Application', reason: 'STARTED' }] },
    });
    await upgrade();
    await settle();

    expect(bench.stacks()).toMatchObject({
      DataProcessing: `UPDATE_ROLLBACK_COMPLETE ${OLD}`,
      DataModelingRedshift: `UPDATE_COMPLETE ${NEW}`,
    });
    await expect(bench.record()).resolves.toMatchObject({ executionDetail: { status: 'SUCCEEDED' } });
  });
});

describe('the console’s API function in a rehearsal', () => {
  let bench: SolutionBench;
  let client: LambdaClient;

  beforeEach(async () => {
    bench = await new SolutionBench().open();
    client = bench.account.client(LambdaClient, { region: 'us-east-1', maxAttempts: 1 });
  });
  afterEach(() => bench.close());

  const invoke = async (event: unknown) => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: bench.plan().console.apiFunction, Payload: JSON.stringify(event) }),
    );
    return { FunctionError, payload: JSON.parse(Buffer.from(Payload ?? []).toString()) as Record<string, unknown> };
  };

  it('fails, as a good answer of Lambda’s, for an event that is no request', async () => {
    const { FunctionError, payload } = await invoke({});

    expect(FunctionError).toBe('Unhandled');
    expect(payload).toMatchObject({ errorMessage: 'The event is no request of a REST API' });
  });

  it('times out after thirty seconds when it hangs', async () => {
    bench.life.api.lose('details', 'before');
    const begunMs = bench.account.clock.now();
    const authorizationToken = bench.life.token({ email: 'admin@example.com' });

    const { payload } = await invoke({
      httpMethod: 'GET',
      path: '/api/pipeline/x',
      queryStringParameters: { pid: 'project1' },
      requestContext: { authorizer: { authorizationToken } },
    });

    expect(payload).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(bench.account.clock.now() - begunMs).toBe(30_000);
  });

  it('cannot be invoked asynchronously here', async () => {
    const FunctionName = bench.plan().console.apiFunction;
    await expect(client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event' }))).rejects.toMatchObject({
      name: 'RehearsalNotSimulated',
    });
  });
});
