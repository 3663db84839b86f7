import { StackRegistry, type SimulatedStack } from '../../../rehearsal/aws/cloudformation/stacks';
import { StacksApi } from '../../../rehearsal/aws/cloudformation/stacks-api';
import type { ServiceCall } from '../../../rehearsal/aws/service';

const REGION = 'eu-west-1';

describe('the CloudFormation API of a rehearsal', () => {
  const registry = new StackRegistry();
  const api = new StacksApi(registry, 2);
  for (const [index, name] of ['console', 'pipeline-a', 'pipeline-b'].entries())
    registry.add(stack(name, { createdMs: index }));
  registry.add(stack('old', { status: 'DELETE_COMPLETE', deletedMs: 9, createdMs: 9 }));
  registry.add(stack('elsewhere', { region: 'us-east-1' }));

  it('describes a stack by its name and by its id, with dates as dates', async () => {
    const byName = await api.handle(call('DescribeStacks', { StackName: 'console' }));
    const byId = await api.handle(call('DescribeStacks', { StackName: idOf('console') }));

    expect(byName).toEqual(byId);
    expect(byName['Stacks']).toMatchObject([
      {
        StackName: 'console',
        StackId: idOf('console'),
        StackStatus: 'UPDATE_COMPLETE',
        CreationTime: new Date(0),
        Parameters: [{ ParameterKey: 'Email', ParameterValue: 'a@example.com' }],
        Outputs: [{ OutputKey: 'Url', OutputValue: 'https://x' }],
        Tags: [{ Key: 'k', Value: 'v' }],
      },
    ]);
  });

  it.each(['missing', 'elsewhere', 'old'])('does not know the stack %s by name', async (StackName) => {
    await expect(api.handle(call('DescribeStacks', { StackName }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: `Stack with id ${StackName} does not exist`,
      httpStatus: 400,
    });
  });

  it('still knows a deleted stack by its id', async () => {
    await expect(api.handle(call('DescribeStacks', { StackName: idOf('old') }))).resolves.toMatchObject({
      Stacks: [{ StackStatus: 'DELETE_COMPLETE', DeletionTime: new Date(9) }],
    });
  });

  it('describes every living stack of the region, page by page, newest first', async () => {
    const first = await api.handle(call('DescribeStacks', {}));
    const second = await api.handle(call('DescribeStacks', { NextToken: first['NextToken'] }));

    expect(namesIn(first['Stacks'])).toEqual(['pipeline-b', 'pipeline-a']);
    expect(namesIn(second['Stacks'])).toEqual(['console']);
    expect(second).not.toHaveProperty('NextToken');
  });

  it('lists deleted stacks too, unless a status is asked for', async () => {
    const all = await api.handle(call('ListStacks', {}));
    const living = await api.handle(call('ListStacks', { StackStatusFilter: ['UPDATE_COMPLETE'] }));

    expect(namesIn(all['StackSummaries'])).toEqual(['old', 'pipeline-b']);
    expect(namesIn(living['StackSummaries'])).toEqual(['pipeline-b', 'pipeline-a']);
  });

  it("lists a stack's resources page by page", async () => {
    const first = await api.handle(call('ListStackResources', { StackName: 'console' }));
    const second = await api.handle(
      call('ListStackResources', { StackName: 'console', NextToken: first['NextToken'] }),
    );

    expect([first['StackResourceSummaries'], second['StackResourceSummaries']]).toMatchObject([
      [
        { LogicalResourceId: 'R0', PhysicalResourceId: 'console-0', ResourceType: 'AWS::Lambda::Function' },
        { LogicalResourceId: 'R1' },
      ],
      [{ LogicalResourceId: 'R2' }],
    ]);
  });

  it('refuses a token of another request', async () => {
    const { NextToken } = await api.handle(call('ListStackResources', { StackName: 'console' }));

    await expect(api.handle(call('ListStackResources', { StackName: 'pipeline-a', NextToken }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
    await expect(api.handle(call('DescribeStacks', { NextToken: 'nonsense' }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });

  it('finds resources by logical id and the stack by a physical one', async () => {
    await expect(
      api.handle(call('DescribeStackResources', { StackName: 'console', LogicalResourceId: 'R1' })),
    ).resolves.toMatchObject({
      StackResources: [{ PhysicalResourceId: 'console-1' }],
    });
    await expect(
      api.handle(call('DescribeStackResources', { PhysicalResourceId: 'pipeline-a-2' })),
    ).resolves.toMatchObject({
      StackResources: [{ StackName: 'pipeline-a' }, {}, {}],
    });
    await expect(
      api.handle(call('DescribeStackResource', { StackName: 'console', LogicalResourceId: 'R2' })),
    ).resolves.toMatchObject({
      StackResourceDetail: { PhysicalResourceId: 'console-2' },
    });
    await expect(
      api.handle(call('DescribeStackResource', { StackName: 'console', LogicalResourceId: 'R9' })),
    ).rejects.toMatchObject({
      message: 'Resource R9 does not exist for stack console',
    });
  });

  it('shows what a life cycle has changed in the meantime', async () => {
    const changing = stack('changing', {});
    const own = new StackRegistry();
    own.add(changing);
    changing.status = 'UPDATE_IN_PROGRESS';

    await expect(new StacksApi(own).handle(call('DescribeStacks', { StackName: 'changing' }))).resolves.toMatchObject({
      Stacks: [{ StackStatus: 'UPDATE_IN_PROGRESS' }],
    });
  });

  it('refuses what it does not simulate, and a stack name used twice', async () => {
    await expect(api.handle(call('UpdateStack', { StackName: 'console' }))).rejects.toThrow(
      'cloudformation:UpdateStack',
    );
    expect(() => registry.add(stack('console', {}))).toThrow('already');
  });
});

function stack(stackName: string, overrides: Partial<SimulatedStack>): SimulatedStack {
  const resources = [0, 1, 2].map((n) => ({
    logicalId: `R${n}`,
    physicalId: `${stackName}-${n}`,
    type: 'AWS::Lambda::Function',
  }));
  return {
    region: REGION,
    stackName,
    stackId: idOf(stackName),
    description: 'a stack',
    status: 'UPDATE_COMPLETE',
    parameters: { Email: 'a@example.com' },
    outputs: [{ key: 'Url', value: 'https://x' }],
    tags: { k: 'v' },
    resources,
    createdMs: 0,
    ...overrides,
  };
}

function idOf(stackName: string): string {
  return `arn:aws:cloudformation:${REGION}:123456789012:stack/${stackName}/1`;
}

function namesIn(stacks: unknown): string[] {
  return (stacks as { StackName: string }[]).map(({ StackName }) => StackName);
}

function call(operation: string, input: Record<string, unknown>): ServiceCall {
  const caller = {
    accountId: '123456789012',
    roleArn: 'arn:aws:iam::123456789012:role/r',
    sessionName: 's',
    accessKeyId: 'ASIA',
  };
  return { service: 'cloudformation', operation, region: REGION, input, caller };
}
