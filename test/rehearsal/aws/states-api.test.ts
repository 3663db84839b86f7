import { StatesApi, type StatesEngine } from '../../../rehearsal/aws/states/states-api';
import { VirtualClock } from '../../../rehearsal/clock';
import { StepFunctionsEngine } from '../../../rehearsal/engine';
import { AwsError, type ServiceCall } from '../../../rehearsal/aws/service';

const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:Upgrade';
const EXECUTION = 'arn:aws:states:eu-west-1:123456789012:execution:Upgrade:one';

describe('the Step Functions API of a rehearsal', () => {
  it.each([
    ['StartExecution', 'startExecution'],
    ['DescribeExecution', 'describeExecution'],
    ['ListExecutions', 'listExecutions'],
    ['StopExecution', 'stopExecution'],
    ['RedriveExecution', 'redriveExecution'],
    ['DescribeMapRun', 'describeMapRun'],
    ['ListMapRuns', 'listMapRuns'],
    ['GetExecutionHistory', 'getExecutionHistory'],
    ['ListStateMachines', 'listStateMachines'],
    ['DescribeStateMachine', 'describeStateMachine'],
    ['ListTagsForResource', 'listTagsForResource'],
    ['SendTaskSuccess', 'sendTaskSuccess'],
    ['SendTaskFailure', 'sendTaskFailure'],
    ['SendTaskHeartbeat', 'sendTaskHeartbeat'],
  ] as const)('answers %s by the engine', async (operation, method) => {
    const engine = engineOf({ [method]: (input: object) => ({ echoed: input }) });
    const api = new StatesApi(engine, { now: () => 0 });

    await expect(api.handle(call(operation, {}))).resolves.toEqual({ echoed: {} });
  });

  it('lists the machines of the region the call was signed for', async () => {
    const engine = engineOf({ listStateMachines: (_: never, region: string) => ({ region }) });
    const api = new StatesApi(engine, { now: () => 0 });

    await expect(api.handle(call('ListStateMachines', {}, 'cn-north-1'))).resolves.toEqual({ region: 'cn-north-1' });
  });

  it('lets errors of the engine pass as they are', async () => {
    const refuse = (): never => {
      throw new AwsError('ExecutionDoesNotExist', 'Execution Does Not Exist');
    };
    const api = new StatesApi(engineOf({ describeExecution: refuse }), { now: () => 0 });

    await expect(api.handle(call('DescribeExecution', { executionArn: EXECUTION }))).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
    });
  });

  it.each([['arn:aws:states:us-east-1:123456789012:execution:Upgrade:one'], ['one']])(
    'does not know %s in eu-west-1',
    async (executionArn) => {
      const api = new StatesApi(engineOf({ describeExecution: () => ({}) }), { now: () => 0 });

      await expect(api.handle(call('DescribeExecution', { executionArn }))).rejects.toMatchObject({
        name: 'InvalidArn',
      });
    },
  );

  it('refuses an operation nobody simulates', async () => {
    const api = new StatesApi(engineOf({}), { now: () => 0 });

    await expect(api.handle(call('CreateStateMachine', {}))).rejects.toThrow('states:CreateStateMachine');
    await expect(
      api.handle(call('DescribeExecution', { executionArn: EXECUTION, includedData: 'METADATA_ONLY' })),
    ).rejects.toThrow('includedData');
  });

  it('speaks for the real engine', async () => {
    const clock = new VirtualClock(0);
    const engine = new StepFunctionsEngine({
      clock,
      accountId: '123456789012',
      partition: 'aws',
      invokeLambda: () => Promise.resolve({}),
      putObject: () => Promise.resolve(),
    });
    const definition = { QueryLanguage: 'JSONata', StartAt: 'End', States: { End: { Type: 'Succeed' } } };
    engine.registerMachine({
      arn: MACHINE,
      name: 'Upgrade',
      definition,
      roleArn: 'arn:aws:iam::123456789012:role/machine',
    });
    const api = new StatesApi(engine, { now: () => clock.now() });

    const { executionArn } = await api.handle(
      call('StartExecution', { stateMachineArn: MACHINE, name: 'one', input: '{"a":1}' }),
    );
    await engine.waitForEnd(EXECUTION);

    expect(executionArn).toBe(EXECUTION);
    await expect(api.handle(call('DescribeExecution', { executionArn }))).resolves.toMatchObject({
      status: 'SUCCEEDED',
      output: '{"a":1}',
    });
    await expect(api.handle(call('ListStateMachines', {}, 'us-east-1'))).resolves.toMatchObject({ stateMachines: [] });
    clock.close();
  });

  describe('with lists that lag by 10 s', () => {
    const executions = [
      { name: 'new', status: 'RUNNING', startDate: new Date(95_000) },
      { name: 'justEnded', status: 'FAILED', startDate: new Date(50_000), stopDate: new Date(99_000) },
      { name: 'ended', status: 'FAILED', startDate: new Date(40_000), stopDate: new Date(60_000) },
    ];
    const listExecutions = ({ nextToken }: { nextToken?: string }): object =>
      nextToken === undefined
        ? { executions: executions.slice(0, 2), nextToken: 'engine' }
        : { executions: executions.slice(2) };
    let nowMs = 100_000;
    const api = new StatesApi(engineOf({ listExecutions }), { now: () => nowMs, listLagMs: 10_000 });
    const names = async (input: Record<string, unknown>): Promise<unknown[]> => {
      const page = (await api.handle(call('ListExecutions', { stateMachineArn: MACHINE, ...input }))) as {
        executions: { name: string; status: string }[];
      };
      return page.executions.map(({ name, status }) => `${name} ${status}`);
    };

    beforeEach(() => {
      nowMs = 100_000;
    });

    it('does not show what has just started, and shows what has just ended as running', async () => {
      await expect(names({})).resolves.toEqual(['justEnded RUNNING', 'ended FAILED']);
      await expect(names({ statusFilter: 'FAILED' })).resolves.toEqual(['ended FAILED']);
      await expect(names({ statusFilter: 'RUNNING' })).resolves.toEqual(['justEnded RUNNING']);
    });

    it('shows the truth a little later', async () => {
      nowMs = 110_000;

      await expect(names({})).resolves.toEqual(['new RUNNING', 'justEnded FAILED', 'ended FAILED']);
    });

    it('still gives pages of the size asked for', async () => {
      const first = await api.handle(call('ListExecutions', { stateMachineArn: MACHINE, maxResults: 1 }));
      const second = await api.handle(
        call('ListExecutions', { stateMachineArn: MACHINE, maxResults: 1, nextToken: first['nextToken'] }),
      );

      expect([first['executions'], second['executions'], second['nextToken']]).toMatchObject([
        [{ name: 'justEnded' }],
        [{ name: 'ended' }],
        undefined,
      ]);
      await expect(
        api.handle(call('ListExecutions', { stateMachineArn: MACHINE, nextToken: 'other' })),
      ).rejects.toMatchObject({ name: 'InvalidToken' });
    });
  });
});

function engineOf(methods: Partial<Record<string, (input: never, region: string) => object>>): StatesEngine {
  return methods as StatesEngine;
}

function call(operation: string, input: Record<string, unknown>, region = 'eu-west-1'): ServiceCall {
  const caller = {
    accountId: '123456789012',
    roleArn: 'arn:aws:iam::123456789012:role/judge',
    sessionName: 'judge',
    accessKeyId: 'ASIA',
  };
  return { service: 'states', operation, region, input, caller };
}
