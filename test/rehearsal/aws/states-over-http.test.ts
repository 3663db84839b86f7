import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { solutionOf } from '../../../rehearsal/aws/cloudformation/solution-stacks';
import { StackRegistry } from '../../../rehearsal/aws/cloudformation/stacks';
import { StacksApi } from '../../../rehearsal/aws/cloudformation/stacks-api';
import { LambdaApi } from '../../../rehearsal/aws/lambda/functions-api';
import { StatesApi } from '../../../rehearsal/aws/states/states-api';
import { StepFunctionsEngine } from '../../../rehearsal/engine';
import { Account, ACCOUNT, REGION, START_MS } from './door-harness';

describe('stacks, functions and executions, seen by real SDK clients', () => {
  const account = new Account();
  const registry = new StackRegistry();
  const lambda = new LambdaApi();
  const solution = solutionOf({
    partition: 'aws',
    accountId: ACCOUNT,
    console: { region: REGION, stackName: 'clickstream', version: 'v1.1.7-202409201200' },
    projects: [
      {
        projectId: 'shop',
        region: REGION,
        apps: [{ appId: 'web', timezone: 'UTC' }],
        redshift: { mode: 'New_Serverless' },
      },
    ],
    createdMs: START_MS,
  });
  const engine = new StepFunctionsEngine({
    clock: account.clock,
    accountId: ACCOUNT,
    partition: 'aws',
    invokeLambda: () => Promise.resolve({}),
    putObject: () => Promise.resolve(),
  });

  beforeAll(async () => {
    for (const stack of solution.stacks) registry.add(stack);
    for (const fn of solution.functions) lambda.register(fn);
    for (const { arn, name, tags } of solution.stateMachines) {
      engine.registerForeignMachine({ arn, name, tags, run: () => Promise.resolve({}) });
    }
    await account.open(new StacksApi(registry), lambda, new StatesApi(engine, { now: () => account.clock.now() }));
  });

  afterAll(() => account.close());

  it('finds stacks, their resources, and the error of one that is missing', async () => {
    const client = account.client(CloudFormationClient);

    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'clickstream' }));
    const ids: (string | undefined)[] = [];
    for await (const page of paginateListStackResources({ client }, { StackName: 'clickstream' })) {
      ids.push(...(page.StackResourceSummaries ?? []).map(({ LogicalResourceId }) => LogicalResourceId));
    }

    expect(Stacks?.[0]).toMatchObject({ StackStatus: 'CREATE_COMPLETE', CreationTime: new Date(START_MS) });
    expect(ids).toContain('ClickStreamApiApiFunction684A4D61');
    await expect(client.send(new DescribeStacksCommand({ StackName: 'other' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id other does not exist',
    });
  });

  it("reads the console's version from its API function", async () => {
    const client = account.client(LambdaClient);
    const FunctionName = solution.functions[0]?.name;

    const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));

    expect(Environment?.Variables?.['FULL_SOLUTION_VERSION']).toBe('v1.1.7-202409201200');
    await expect(client.send(new GetFunctionConfigurationCommand({ FunctionName: 'other' }))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
  });

  it("runs one of the solution's workflows", async () => {
    const client = account.client(SFNClient);
    const stateMachineArn = solution.stateMachines.find(({ kind }) => kind === 'refresh-views')?.arn;

    const { executionArn } = await client.send(
      new StartExecutionCommand({ stateMachineArn, name: 'one', input: '{}' }),
    );
    await engine.waitForEnd(executionArn ?? '');
    const { status, startDate } = await client.send(new DescribeExecutionCommand({ executionArn }));

    expect({ status, startDate }).toEqual({ status: 'SUCCEEDED', startDate: new Date(START_MS) });
    await expect(
      client.send(new DescribeExecutionCommand({ executionArn: `${executionArn ?? ''}x` })),
    ).rejects.toBeInstanceOf(ExecutionDoesNotExist);
  });
});
