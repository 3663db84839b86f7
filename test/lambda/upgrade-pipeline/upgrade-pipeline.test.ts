import { executionName } from '../../../lambda/shared/approval';
import { upgradePipelinePermissions } from '../../../lib/policies/pipeline';
import {
  described,
  freshStep,
  NEW,
  OLD,
  PIPELINE_REGION,
  policyOf,
  SECRET_ARN,
  SolutionBench,
  type AnyConverge,
} from '../../rehearsal/solution/solution-bench';

const OLDER = 'v1.1.4-202401010000';

type Reported = Error & {
  report: { why: string; next: string; redrive: string; problems?: { path: string; message: string }[] };
};

describe('the pipeline upgrade, by the step against the solution’s own life', () => {
  let bench: SolutionBench;
  let converge: AnyConverge;

  beforeEach(async () => {
    bench = new SolutionBench(
      described(),
      policyOf((scope) => upgradePipelinePermissions(scope, { trigger: 'invoke' })),
    );
    await bench.open();
    converge = freshStep(() => jest.requireActual('../../../lambda/upgrade-pipeline/upgrade-pipeline'));
  });
  afterEach(() => bench.close());

  const start = () => bench.run(converge, { act: 'start' });
  const finish = () => bench.run(converge, { act: 'finish' });
  const failing = (run: () => Promise<unknown>) =>
    run().then(
      () => undefined,
      (error: unknown) => error as Reported,
    );

  it('starts it, and is done as soon as the ingestion stack is at the console’s version', async () => {
    await expect(start()).resolves.toMatchObject({ status: 'DONE' });

    expect(bench.stacks()).toMatchObject({ Ingestion: `UPDATE_COMPLETE ${NEW}`, Reporting: `CREATE_COMPLETE ${OLD}` });
    expect(bench.account.callLog.denied()).toEqual([]);
  });

  it('finishes it when every stack is, and the console says Active', async () => {
    await start();
    await expect(finish()).resolves.toMatchObject({ status: 'DONE', facts: { version: NEW, stacks: 6 } });

    expect(new Set(Object.values(bench.stacks()))).toEqual(new Set([`UPDATE_COMPLETE ${NEW}`]));
    expect(bench.workflowRuns()).toHaveLength(1);
    await expect(bench.record()).resolves.toMatchObject({
      templateVersion: NEW,
      lastAction: 'Upgrade',
      operator: 'clickstream-upgrade',
      executionDetail: { status: 'SUCCEEDED' },
    });
    expect(bench.account.callLog.denied()).toEqual([]);
  });

  it('has data processing paused again first where a guardian has let it go on', async () => {
    const { StateTable } = jest.requireActual<typeof import('../../../lambda/shared/state-table')>(
      '../../../lambda/shared/state-table',
    );
    const key = `given-back/${executionName(bench.root)}/project1`;
    await new StateTable('state').put(key, { v: 1, revision: 1, things: ['processing', 'capacity'] });
    await expect(start()).resolves.toMatchObject({
      status: 'TAKE_AGAIN',
      summary: expect.stringContaining('paused again') as string,
    });
    expect(bench.account.callLog.of('lambda', 'Invoke')).toEqual([]);
    expect(bench.workflowRuns()).toEqual([]);

    await new StateTable('state').put(key, { v: 1, revision: 2, things: ['capacity'] });
    await expect(start()).resolves.toMatchObject({ status: 'DONE' });
  });

  it('is done at once when the pipeline is already where it should be', async () => {
    await start();
    await finish();
    bench.summaries.length = 0;
    bench.root = `${bench.root}-again`;

    await start();
    await finish();

    expect(bench.summaries).toHaveLength(2);
    expect(bench.workflowRuns()).toHaveLength(1);
  });

  it('does nothing where the plan has nothing to upgrade', async () => {
    bench.plan({ pipeline: 'none' });

    await expect(start()).resolves.toMatchObject({
      status: 'DONE',
      summary: expect.stringContaining('skipped') as string,
    });
    expect(bench.account.callLog.of('lambda', 'Invoke')).toEqual([]);
  });

  it('does not ask twice when the answer was lost after everything was done', async () => {
    bench.life.api.lose('upgrade', 'after');

    await start();
    await finish();

    expect(bench.workflowRuns()).toHaveLength(1);
    expect(bench.summaries.some((text) => text.includes('its answer was lost'))).toBe(true);
  });

  it('asks again, under a new request id, when nothing has moved for a while after a lost call', async () => {
    bench.life.api.lose('upgrade', 'before');
    const begunMs = bench.account.clock.now();

    await start();

    const [run = ''] = bench.workflowRuns();
    expect(bench.workflowRuns()).toHaveLength(1);
    expect(Number(run.split('-').at(-1)) - begunMs).toBeGreaterThanOrEqual(2 * 60_000);
  });

  it('does not start a second workflow when the first one was started and never recorded', async () => {
    bench.life.api.lose('upgrade', 'unrecorded');

    await start();
    const error = await failing(finish);

    expect(bench.workflowRuns()).toHaveLength(1);
    expect(error).toMatchObject({ name: 'PipelineUpgradeFailed' });
    expect(error?.report.next).toContain('Do not press Retry');
  });

  it('names every unfinished stack with the resource that failed first, from the nested stack’s own events', async () => {
    const reason = 'Received response status [FAILED] from custom resource';
    bench.life.pipeline('project1').plan({
      failures: {
        DataModelingRedshift: [{ logicalId: 'CreateSchemas', type: 'AWS::CloudFormation::CustomResource', reason }],
      },
    });

    await start();
    const error = await failing(finish);

    expect(error).toMatchObject({ name: 'PipelineUpgradeFailed', report: { redrive: 'yes' } });
    expect(error?.report.problems).toEqual([
      {
        path: bench.stack('DataModelingRedshift').stackName,
        message: expect.stringContaining(
          `is UPDATE_ROLLBACK_COMPLETE at ${OLD}: CreateSchemas (AWS::CloudFormation::CustomResource): ${reason}`,
        ) as string,
      },
    ]);
    // The workflow itself calls this a success, and goes on with the next stack.
    await expect(bench.record()).resolves.toMatchObject({ executionDetail: { status: 'SUCCEEDED' } });
    expect(bench.stacks()).toMatchObject({ Reporting: `UPDATE_COMPLETE ${NEW}` });
  });

  it('fails again without a redrive, and retries with one', async () => {
    bench.life.pipeline('project1').plan({
      failures: { Metrics: [{ logicalId: 'Alarm', type: 'AWS::CloudWatch::Alarm', reason: 'no' }] },
    });
    await start();
    await expect(finish()).rejects.toMatchObject({ name: 'PipelineUpgradeFailed' });
    await expect(finish()).rejects.toMatchObject({ name: 'PipelineUpgradeFailed' });
    expect(bench.workflowRuns()).toHaveLength(1);

    bench.attempt = { redrive: 1, retry: 0 };
    await expect(finish()).resolves.toMatchObject({ status: 'DONE' });

    expect(bench.workflowRuns()).toHaveLength(2);
    const calls = bench.account.callLog.of('lambda', 'Invoke');
    expect(calls).toHaveLength(3);
    expect(new Set(Object.values(bench.stacks()))).toEqual(new Set([`UPDATE_COMPLETE ${NEW}`]));
  });

  it('waits until no stack moves before it says that the upgrade failed', async () => {
    bench.life.pipeline('project1').plan({
      failures: { Metrics: [{ logicalId: 'Alarm', type: 'AWS::CloudWatch::Alarm', reason: 'no' }] },
      rollbackFails: ['Metrics'],
      seconds: { DataProcessing: 3_600 },
    });

    await start();
    const error = await failing(finish);

    expect(bench.stack('DataProcessing').status).toBe('UPDATE_COMPLETE');
    expect(error?.report.next).toContain('Continue update rollback');
    const unfinished = error?.report.problems?.map(({ message }) => message.replace(/ at .*/, ''));
    expect(unfinished).toEqual([
      `${bench.stack('Metrics').stackName} is UPDATE_ROLLBACK_FAILED`,
      `${bench.stack('DataModelingRedshift').stackName} is CREATE_COMPLETE`,
      `${bench.stack('Reporting').stackName} is CREATE_COMPLETE`,
    ]);
  });

  it('retries at once when the plan says so, and then upgrades what the retry brought to its old version', async () => {
    // The last upgrade, to the release before the console's, left one stack behind.
    bench.stack('Reporting').tags['aws-solution/version'] = OLDER;
    const { stackDetails = [] } = await bench.record();
    await bench.writeRecord({
      lastAction: 'Upgrade',
      stackDetails: stackDetails.map((stack) =>
        stack.stackType === 'Reporting' ? { ...stack, stackTemplateVersion: OLDER } : stack,
      ),
    });
    bench.plan({ pipeline: 'retry' });

    await start();
    await finish();

    const orders = bench.summaries.flatMap((text) => /accepted the (\w+)/.exec(text)?.[1] ?? []);
    expect(orders).toEqual(['retry', 'upgrade']);
    expect(new Set(Object.values(bench.stacks()))).toEqual(new Set([`UPDATE_COMPLETE ${NEW}`]));
  });

  it('does not retry what somebody else left half-way before a person was told', async () => {
    bench.stack('Reporting').tags['aws-solution/version'] = OLDER;

    await expect(start()).rejects.toMatchObject({ name: 'PipelineUpgradeFailed' });

    expect(bench.account.callLog.of('lambda', 'Invoke')).toEqual([]);
  });

  it('hands on what the console refuses, and does not ask again before a redrive', async () => {
    await bench.writeRecord({ ingestionServer: { size: { serverMin: 1, serverMax: 1 } } });

    const error = await failing(start);
    await failing(start);

    expect(error).toMatchObject({ name: 'ConsoleRefused' });
    expect(error?.report.why).toContain('server size minimum and maximum are 1');
    expect(bench.account.callLog.of('lambda', 'Invoke')).toHaveLength(1);

    await bench.writeRecord({ ingestionServer: { size: { serverMin: 2, serverMax: 4 } } });
    bench.attempt = { redrive: 1, retry: 0 };
    await expect(start()).resolves.toMatchObject({ status: 'DONE' });
  });

  it('waits for a person with the manual trigger, and needs no right to call anything', async () => {
    bench.settings = { PIPELINE_TRIGGER: 'manual', CONSOLE_TOKEN_SECRET: '' };
    const first = await bench.pass(converge, { act: 'start' });
    expect(first).toMatchObject({
      status: 'IN_PROGRESS',
      summary: expect.stringMatching(/a person .* press Upgrade/) as string,
    });

    const token = bench.life.token({ email: 'admin@example.com' });
    await bench.life.api.handle(() => ({
      method: 'POST',
      path: `/api/pipeline/${bench.pipelineId}/upgrade`,
      query: { pid: 'project1' },
      headers: { 'x-click-stream-request-id': 'by-hand' },
      body: {},
      authorizationToken: `Bearer ${token}`,
    }));

    await expect(start()).resolves.toMatchObject({ status: 'DONE' });
    await expect(finish()).resolves.toMatchObject({ status: 'DONE' });
    expect(bench.account.callLog.of('lambda', 'Invoke')).toEqual([]);
  });
});

describe('the pipeline upgrade of a console behind a load balancer', () => {
  let bench: SolutionBench;
  let converge: AnyConverge;

  beforeEach(async () => {
    const { console, ...rest } = described();
    bench = new SolutionBench(
      { ...rest, console: { ...console, variant: 'private-vpc' } },
      policyOf((scope) => upgradePipelinePermissions(scope, { trigger: 'https', tokenSecretArn: SECRET_ARN })),
    );
    await bench.open();
    await bench.life.listen();
    bench.plan();
    bench.settings = { PIPELINE_TRIGGER: 'https', CONSOLE_TOKEN_SECRET: SECRET_ARN };
    converge = freshStep(() => jest.requireActual('../../../lambda/upgrade-pipeline/upgrade-pipeline'));
  });
  afterEach(() => bench.close());

  const put = (value: string): void =>
    bench.secrets.put({ region: 'us-east-1', name: 'console', arn: SECRET_ARN, value, createdMs: 0 });

  it('calls its public address with the token of the secret', async () => {
    put(JSON.stringify({ token: bench.life.token({ email: 'admin@example.com' }, 86_400) }));

    await bench.run(converge, { act: 'start' });
    await expect(bench.run(converge, { act: 'finish' })).resolves.toMatchObject({ status: 'DONE' });

    await expect(bench.record()).resolves.toMatchObject({ operator: 'admin@example.com' });
    expect(bench.account.callLog.denied()).toEqual([]);
  });

  it('tells that the token has expired', async () => {
    put(bench.life.token({ email: 'admin@example.com' }, -1));

    await expect(bench.pass(converge, { act: 'start' })).rejects.toMatchObject({
      name: 'ConsoleRefused',
      report: { next: expect.stringContaining('valid token') as string },
    });
  });

  it('cannot be invoked, and says how to deploy instead', async () => {
    bench.settings = { PIPELINE_TRIGGER: 'invoke', CONSOLE_TOKEN_SECRET: '' };

    await expect(bench.pass(converge, { act: 'start' })).rejects.toMatchObject({
      name: 'ConsoleRefused',
      report: { next: expect.stringContaining('pipelineTrigger=https') as string },
    });
  });

  it('reconciles a call that the gateway gave up on', async () => {
    put(bench.life.token({ email: 'admin@example.com' }, 86_400));
    bench.life.api.lose('upgrade', 'after');

    await bench.run(converge, { act: 'start' });

    expect(bench.workflowRuns()).toHaveLength(1);
    expect(bench.stack('Ingestion').region).toBe(PIPELINE_REGION);
  });
});
