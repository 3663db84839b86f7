import '../lambda/support/silence';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DefinitionBody, Pass, QueryLanguage, StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { runCommandLine } from '../../bin/operator/command-line';
import { handler } from '../../lambda/approve-plan';
import { approvalDocumentKey, readApproval, writeApproval, type ApprovalRecord } from '../../lambda/shared/approval';
import { changesKey, writeApproved } from '../../lambda/shared/change-set/approved';
import { StepFunction } from '../../lib/step-function';
import { APPROVAL_RETRY } from '../../lib/workflow/approval';
import { approvePlan } from '../../lib/workflow/phases/approve-plan';
import { SERVICE_FAILURES } from '../../lib/workflow/retry-policies';
import { StackRegistry } from '../../rehearsal/aws/cloudformation/stacks';
import { StacksApi } from '../../rehearsal/aws/cloudformation/stacks-api';
import { StatesApi } from '../../rehearsal/aws/states/states-api';
import { Sts } from '../../rehearsal/aws/sts/sts';
import { LambdaFunctionError, StepFunctionsEngine } from '../../rehearsal/engine';
import { Approver } from '../../rehearsal/run/approver';
import type { RawTemplate } from '../../rehearsal/template/intrinsics';
import { deploymentOf } from '../../rehearsal/template/template';
import cdkJson from '../../cdk.json';
import { plan, projectPlan } from '../lambda/support/plans';
import { BUCKET, PLAN_KEY, StepBench, TABLE } from '../lambda/support/step-bench';
import { ACCOUNT, REGION, ROLE, START_MS } from '../rehearsal/aws/door-harness';
import { stateOf } from '../support/asl';
import { lintDefinition } from '../support/jsonata-lint';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A machine with nothing but the gate. */
function gate(): RawTemplate {
  const stack = new Stack(
    new App({ context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [] } }),
    'ClickstreamUpgrade',
  );
  const step = new StepFunction(stack, 'Step', { step: 'approve-plan', environment: {}, permissions: [] });
  const begin = Pass.jsonata(stack, 'Begin', {
    comment: 'As the workflow begins.',
    outputs: `{% {'root': {'id': $states.context.Execution.Id, 'redrive': 0, 'plan': '${PLAN_KEY}'}, 'mode': 'execute', 'passes': 2} %}`,
  });
  const end = Succeed.jsonata(stack, 'End', { comment: 'The way on.' });
  new StateMachine(stack, 'Machine', {
    stateMachineName: 'ClickstreamUpgrade',
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(begin.next(approvePlan(stack, step).next(end))),
  });
  return Template.fromStack(stack).toJSON() as RawTemplate;
}

const [machine] = deploymentOf(
  { template: gate(), assetDirectory: () => '/none' },
  { partition: 'aws', region: REGION, accountId: ACCOUNT, stackName: 'ClickstreamUpgrade' },
).stateMachines;
if (machine === undefined) throw new Error('The template has no machine');
const definition = machine.definition;

const bench = new StepBench();
const { clock } = bench.account;
let approver: Approver | undefined;
const engine = new StepFunctionsEngine({
  clock,
  accountId: ACCOUNT,
  partition: 'aws',
  invokeLambda: async ({ payload }) => {
    try {
      return await handler(payload);
    } catch (error) {
      const { name, message } = error as Error;
      throw new LambdaFunctionError(name, message);
    }
  },
  putObject: () => Promise.resolve(),
  onEvent: (event) => approver?.see(event),
});

beforeAll(async () => {
  engine.registerMachine({ ...machine, definition });
  const registry = new StackRegistry();
  registry.add({
    region: REGION,
    stackName: 'ClickstreamUpgrade',
    stackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/ClickstreamUpgrade/1`,
    description: '',
    status: 'CREATE_COMPLETE',
    parameters: {},
    outputs: [
      { key: 'StateTableName', value: TABLE },
      { key: 'PlanBucketName', value: BUCKET },
      { key: 'StateMachineArn', value: machine.arn },
    ],
    tags: {},
    resources: [],
    createdMs: START_MS,
  });
  await bench.open(
    new StatesApi(engine, { now: () => clock.now() }),
    new StacksApi(registry),
    new Sts(bench.account.credentials),
  );
  bench.write('plans/abc/projects/shop.json', projectPlan());
});
afterAll(() => bench.close());
beforeEach(() => {
  approver = undefined;
  bench.write(PLAN_KEY, plan());
});

let count = 0;

function start(): string {
  count += 1;
  const name = `run-${String(count)}`;
  const { executionArn } = engine.startExecution({ stateMachineArn: machine?.arn ?? '', name });
  bench.write(changesKey(executionArn), {
    v: 1,
    planHash: 'abc',
    stackName: 'clickstream',
    stackId: 'id',
    targetVersion: 'v1.1.7',
    describedAt: '2026-07-01T00:00:00.000Z',
    counts: '2 changes: 1 Add, 1 Remove',
    risky: ['Remove DynamoDB::Table Sessions'],
    changes: [
      { action: 'Remove', logicalId: 'Sessions', type: 'AWS::DynamoDB::Table' },
      { action: 'Add', logicalId: 'Rule', type: 'AWS::Events::Rule' },
    ],
  });
  return executionArn;
}

/** The question, once it is there; until then time must not jump to the end of the seven days. */
async function asked(executionArn: string): Promise<ApprovalRecord> {
  for (;;) {
    const record = await readApproval(bench.table, executionArn, 'plan');
    if (record !== undefined && record.answer === undefined) return record;
  }
}

/** The next question of the same execution. */
async function askedAnew({ root, token }: ApprovalRecord): Promise<ApprovalRecord> {
  for (;;) {
    const record = await asked(root);
    if (record.token !== token) return record;
  }
}

async function command(...argv: string[]): Promise<{ code: number; out: string; error: string }> {
  const told = { out: '', error: '' };
  const code = await runCommandLine(argv, {
    environment: {},
    nowMs: clock.now(),
    out: (text) => (told.out += text),
    error: (text) => (told.error += text),
    clients: { endpoint: bench.account.url, credentials: bench.account.credentials.issueForRole(ROLE, 'operator') },
  });
  return { code, ...told };
}

function decided(executionArn: string): Promise<Record<string, unknown>> {
  return engine.waitForEnd(executionArn);
}

describe('The gate before anything is changed', () => {
  test('is a Task that waits for its token for seven days, with a Retry for service failures and no Catch', () => {
    expect(lintDefinition(definition)).toEqual([]);
    const task = stateOf(definition, 'Approve the plan');
    expect(task['Resource']).toBe('arn:aws:states:::lambda:invoke.waitForTaskToken');
    expect(task['TimeoutSeconds']).toBe(604_800);
    expect(APPROVAL_RETRY.errors).toEqual(SERVICE_FAILURES.errors.filter((error) => error !== 'States.Timeout'));
  });

  test('is open at once when the input asks for no approval', async () => {
    bench.write(PLAN_KEY, plan({ approval: false }));
    const executionArn = start();
    const { status, output } = await decided(executionArn);
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(String(output))).toEqual({
      root: { id: executionArn, redrive: 0, plan: PLAN_KEY },
      mode: 'execute',
      passes: 3,
      step: { status: 'DONE' },
    });
    expect(await readApproval(bench.table, executionArn, 'plan')).toBeUndefined();
  });

  test('shows what is to be approved and opens at the operator’s yes', async () => {
    const release = clock.hold();
    const executionArn = start();
    const record = await asked(executionArn);
    expect(record).toMatchObject({
      root: executionArn,
      planHash: 'abc',
      question:
        'Upgrade the web console clickstream from v1.1.5-202404010000 to v1.1.7 and work on 1 project and 1 app?',
    });
    const text = bench.read(approvalDocumentKey(executionArn)) ?? '';
    const order = [
      'Asia/Shanghai',
      'Remove DynamoDB::Table Sessions',
      'Add Events::Rule Rule',
      'Project shop',
      'reports.daily',
    ];
    expect(order.map((words) => text.indexOf(words))).toEqual(
      order.map((words) => text.indexOf(words)).toSorted((a, b) => a - b),
    );
    expect(text.indexOf('Asia/Shanghai')).toBeGreaterThan(0);

    expect((await command('show', '--region', REGION)).out).toContain(`${executionArn}\n  ${record.question}`);
    const shown = await command('show', executionArn);
    expect(shown.out).toContain(text.trim());
    const where = `--region ${REGION} --task-token '${record.token}'`;
    for (const line of [
      `npx tsx bin/upgrade.ts approve ${executionArn}`,
      `npx tsx bin/upgrade.ts reject ${executionArn} --reason 'why not'`,
      `aws stepfunctions send-task-success ${where} --task-output '{"approved":true}'`,
      `aws stepfunctions send-task-failure ${where} --error ApprovalRejected --cause 'why not'`,
    ]) {
      expect(text).toContain(line);
      expect(shown.out).toContain(line);
    }

    expect(await command('approve', executionArn)).toEqual({ code: 0, out: `Approved: ${record.question}`, error: '' });
    release();
    expect(await decided(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await readApproval(bench.table, executionArn, 'plan'))?.answer).toEqual({
      approved: true,
      by: `arn:aws:sts::${ACCOUNT}:assumed-role/step/operator`,
      atMs: record.askedAtMs,
    });
    expect((await command('show', '--region', REGION)).out).toBe('No execution waits for a person.');
    const again = await command('show', executionArn);
    expect(again.out).toContain('Approved by arn:aws:sts::');
    expect(again.out).not.toContain(record.token);
    const before = await readApproval(bench.table, executionArn, 'plan');
    for (const verb of ['approve', 'reject']) {
      const { code, error } = await command(verb, executionArn);
      expect(code).toBe(1);
      expect(error).toContain('assumed-role/step/operator has approved it already');
    }
    expect(await readApproval(bench.table, executionArn, 'plan')).toEqual(before);
  });

  test('opens by the AWS CLI line as well', async () => {
    const release = clock.hold();
    const executionArn = start();
    const { token } = await asked(executionArn);
    engine.sendTaskSuccess({ taskToken: token, output: '{"approved":true}' });
    release();
    expect(await decided(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('opens when a rehearsal’s operator has thought for two hours', async () => {
    const place = { region: REGION, endpointUrl: bench.account.url, accountId: ACCOUNT, stateTable: TABLE };
    const { iam, credentials } = bench.account;
    approver = new Approver({ ...place, clock, iam, credentials }, { delayMs: 2 * HOUR_MS });
    const fromMs = clock.now();
    const executionArn = start();
    expect(await decided(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(clock.now() - fromMs).toBeLessThan(3 * HOUR_MS);
    expect(approver.failures).toEqual([]);
    expect((await readApproval(bench.table, executionArn, 'plan'))?.answer).toEqual({
      approved: true,
      by: `arn:aws:sts::${ACCOUNT}:assumed-role/Operator/approver`,
      atMs: fromMs + 2 * HOUR_MS,
    });
  });

  test('fails once when nobody answers for seven days; a later answer is refused, and a redrive asks anew', async () => {
    const fromMs = clock.now();
    const executionArn = start();
    expect(await decided(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(clock.now() - fromMs).toBe(7 * DAY_MS);
    const first = await asked(executionArn);
    for (const verb of ['approve', 'reject']) {
      const late = await command(verb, executionArn);
      expect(late.code).toBe(1);
      expect(late.error).toContain('is FAILED (States.Timeout). Redrive it: it asks anew');
    }
    const shown = (await command('show', executionArn)).out;
    expect(shown).toContain('Nobody has answered, and the execution is FAILED (States.Timeout). A redrive asks anew:');
    expect(shown).not.toContain(first.token);
    expect(() => engine.sendTaskSuccess({ taskToken: first.token, output: '{"approved":true}' })).toThrow(
      expect.objectContaining({ name: 'TaskTimedOut' }) as Error,
    );
    expect(await asked(executionArn)).toEqual(first);
    const release = clock.hold();
    engine.redriveExecution({ executionArn });
    expect((await askedAnew(first)).revision).toBe(first.revision + 1);
    expect((await command('approve', executionArn)).code).toBe(0);
    release();
    expect(await decided(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(clock.now() - fromMs).toBe(7 * DAY_MS);
  });

  test('fails with who said no and why, and asks anew at the redrive: a no is not remembered', async () => {
    const release = clock.hold();
    const executionArn = start();
    const first = await asked(executionArn);
    const reason = 'not in the sales week, “really”';
    const said = await command('reject', executionArn, '--reason', reason);
    expect(said).toMatchObject({ code: 0, error: '' });
    expect(said.out).toContain(`Rejected: ${first.question}`);
    const { status, error, cause } = await decided(executionArn);
    expect([status, error]).toEqual(['FAILED', 'ApprovalRejected']);
    const by = `arn:aws:sts::${ACCOUNT}:assumed-role/step/operator`;
    expect(JSON.parse(String(cause))).toEqual({
      code: 'ApprovalRejected',
      what: `${by} has said no: ${first.question}`,
      why: reason,
      next: expect.stringContaining('redrive to be asked anew') as string,
      redrive: 'yes',
      ids: { root: executionArn, planHash: 'abc', rejectedBy: by },
    });
    const rejected = await readApproval(bench.table, executionArn, 'plan');
    expect(rejected?.answer).toEqual({ approved: false, by, atMs: first.askedAtMs, reason });
    expect((await command('show', executionArn)).out).toContain(`Rejected by ${by}`);
    expect((await command('approve', executionArn)).error).toContain(`(“${reason}”)`);
    expect(await readApproval(bench.table, executionArn, 'plan')).toEqual(rejected);

    engine.redriveExecution({ executionArn });
    const second = await askedAnew(first);
    expect(second.answer).toBeUndefined();
    expect((await command('approve', executionArn)).code).toBe(0);
    release();
    expect(await decided(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('sends a yes again that was written down and never arrived, and honours it at a redrive', async () => {
    let release = clock.hold();
    const executionArn = start();
    const record = await asked(executionArn);
    const answer = { approved: true, by: 'ada', atMs: clock.now() };
    await writeApproval(bench.table, 'plan', record, { ...record, answer });
    expect((await command('reject', executionArn)).error).toContain('ada has approved it already');
    expect((await command('approve', executionArn)).out).toBe(`Approved: ${record.question}`);
    release();
    expect(await decided(executionArn)).toMatchObject({ status: 'SUCCEEDED' });

    release = clock.hold();
    const other = start();
    const question = await asked(other);
    await writeApproval(bench.table, 'plan', question, { ...question, answer });
    engine.stopExecution({ executionArn: other });
    expect((await command('approve', other)).error).toContain('ada has approved it already');
    engine.redriveExecution({ executionArn: other });
    release();
    expect(await decided(other)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('takes no answer about another plan than the one whose changes were prepared', async () => {
    const release = clock.hold();
    const executionArn = start();
    const record = await asked(executionArn);
    await writeApproved(bench.table, {
      root: executionArn,
      planHash: 'newer',
      stackId: 'id',
      changeSet: 'changes',
      nothing: false,
      changes: [],
      describedAtMs: clock.now(),
    });
    const { code, error } = await command('approve', executionArn);
    expect(code).toBe(1);
    expect(error).toContain('about the plan abc, but what would be changed was prepared for the plan newer');
    expect(await asked(executionArn)).toEqual(record);
    engine.stopExecution({ executionArn });
    release();
    expect(await decided(executionArn)).toMatchObject({ status: 'ABORTED' });
  });

  test('asks anew, with a new token, after an answer that is no yes, and after a refusal by the AWS CLI', async () => {
    let release = clock.hold();
    const executionArn = start();
    const first = await asked(executionArn);
    engine.sendTaskSuccess({ taskToken: first.token, output: '{"approved":false}' });
    expect(await decided(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    engine.redriveExecution({ executionArn });
    const second = await askedAnew(first);
    engine.sendTaskFailure({ taskToken: second.token, error: 'Rejected', cause: 'not today' });
    expect(await decided(executionArn)).toMatchObject({ status: 'FAILED', error: 'Rejected' });
    engine.redriveExecution({ executionArn });
    release();
    release = clock.hold();
    await askedAnew(second);
    expect((await command('approve', executionArn)).code).toBe(0);
    release();
    expect(await decided(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('does not take a yes that was given for another plan', async () => {
    const release = clock.hold();
    const executionArn = start();
    const record = await asked(executionArn);
    const answer = { approved: true, by: 'ada', atMs: clock.now() };
    await writeApproval(bench.table, 'plan', record, { ...record, answer });
    engine.stopExecution({ executionArn });
    release();
    bench.write(PLAN_KEY, plan({ hash: 'def' }));
    engine.redriveExecution({ executionArn });
    expect(await decided(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(await readApproval(bench.table, executionArn, 'plan')).toMatchObject({ planHash: 'def' });
  });

  test('does not ask about changes that nobody can read', async () => {
    const executionArn = start();
    bench.buckets.find(BUCKET)?.objects.delete(changesKey(executionArn));
    expect(await decided(executionArn)).toMatchObject({ status: 'FAILED', error: 'InvalidRequest' });
  });

  test('of a clean-up says that the tables are gone for ever, and needs no change set', async () => {
    const release = clock.hold();
    bench.write(PLAN_KEY, plan({ kind: 'cleanup', projects: [] }));
    const executionArn = start();
    bench.buckets.find(BUCKET)?.objects.delete(changesKey(executionArn));
    await asked(executionArn);
    expect(bench.read(approvalDocumentKey(executionArn))).toContain('## For ever');
    await command('approve', executionArn);
    release();
    expect(await decided(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('The command line', () => {
  const other = `arn:aws:states:${REGION}:${ACCOUNT}:execution:ClickstreamUpgrade:other`;

  test.each([
    [[], 'A command is missing.'],
    [['refuse', other], 'There is no command refuse.'],
    [['reject'], 'The ARN of the execution is missing.'],
    [['accept'], 'The ARN of the execution is missing.'],
    [['approve', other, '--reason', 'x'], '--reason is for reject, not for approve.'],
    [['show', other, '--app', 'shop/app1'], '--app is for accept, not for show.'],
    [['accept', other, '--app', 'app1'], '--app is PROJECT/APP'],
    [['approve'], 'The ARN of the execution is missing.'],
    [['approve', 'run-1'], 'Not the ARN of an execution: run-1'],
    [['approve', other.replace('ClickstreamUpgrade:', 'ClickstreamUpgrade/EachApp:')], 'is a child of a Map Run'],
    [['approve', other, '--region', 'us-east-1'], 'The execution is in eu-west-1, not in us-east-1.'],
    [['show'], 'The region is missing'],
    [['show', '--nope'], "Unknown option '--nope'"],
  ])('answers %j with what is wrong, the help, and 1', async (argv, text) => {
    const { code, error } = await command(...argv);
    expect(code).toBe(1);
    expect(error).toContain(text);
    expect(error).toContain('Usage:');
  });

  test('tells where the stack or the question is missing', async () => {
    expect((await command('approve', other, '--stack', 'Other')).error).toContain(
      'There is no stack Other in eu-west-1',
    );
    for (const verb of ['approve', 'reject', 'show']) {
      expect((await command(verb, other)).error).toBe('The execution other does not ask for an approval (yet).');
    }
    expect((await command('help')).code).toBe(0);
  });
});
