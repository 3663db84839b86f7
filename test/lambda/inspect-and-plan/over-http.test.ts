import '../support/silence';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { publishedTemplate } from '../../../lambda/inspect-and-plan/variant';
import type { PlanResult } from '../../../lambda/inspect-and-plan/inspect-and-plan';
import type { StepResponse } from '../../../lambda/shared/contract';
import type { ErrorReport, Problem } from '../../../lambda/shared/errors';
import { lockKey, lockRecord, type LockRecord } from '../../../lambda/shared/lock';
import type { Plan } from '../../../lambda/shared/plan/plan';
import type { SimulatedTemplate } from '../../../rehearsal/aws/cloudformation/stack-update';
import { REGION, START_MS } from '../../rehearsal/aws/door-harness';
import { PLAN_KEY, TABLE, rootArn } from '../support/step-bench';
import { SolutionBench } from '../support/solution-bench';

const OLD = 'v1.1.5-202403071513';
const URL = publishedTemplate('cloudfront-s3-control-plane-stack-global', 'v1.1.7', 'aws');
const TEMPLATE: SimulatedTemplate = {
  description: '(SO0219) Clickstream Analytics on AWS (Version v1.1.7)(Build 202409201200)- Control Plane',
  parameters: [
    { key: 'Email', type: 'String' },
    { key: 'IamRolePrefix', type: 'String', defaultValue: '' },
  ],
  resourceTypes: ['AWS::IAM::Role'],
  capabilities: ['CAPABILITY_NAMED_IAM'],
  changes: () => [],
  update: () => ({ next: {}, seconds: 1, cleanupSeconds: 1 }),
};
const INPUT = {
  console: { targetVersion: 'v1.1.7' },
  projects: [{ projectId: 'shop', timezone: 'Asia/Shanghai' }],
  migration: { rpu: 64 },
};

let bench: SolutionBench;
let handler: (event: unknown) => Promise<StepResponse>;

beforeEach(async () => {
  // Clients are kept for the life of a module, and each test has an account of its own.
  jest.resetModules();
  ({ handler } = await import('../../../lambda/inspect-and-plan'));
  bench = new SolutionBench({
    version: OLD,
    projects: [
      {
        projectId: 'shop',
        region: REGION,
        apps: [{ appId: 'web' }, { appId: 'ios' }],
        redshift: { mode: 'New_Serverless' },
      },
    ],
  });
  bench.templates.set(URL, TEMPLATE);
});

afterEach(() => bench.close());

async function plan(input: unknown, root = 'root'): Promise<PlanResult> {
  return resultOf(await bench.untilDone(handler, { target: { act: 'plan', input }, root })) as PlanResult;
}

async function confirm(planKey: string, root = 'root'): Promise<unknown> {
  bench.write(PLAN_KEY, JSON.parse(bench.read(planKey) ?? ''));
  return resultOf(await bench.untilDone(handler, { target: { act: 'confirm' }, root }));
}

function resultOf(answers: StepResponse[]): unknown {
  const last = answers.at(-1);
  return last?.status === 'DONE' ? last.result : undefined;
}

async function refusal(of: Promise<unknown>): Promise<{ code: string; problems: readonly Problem[] }> {
  const error = await of.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('It was not refused');
  const { code, problems = [] } = JSON.parse(error.message) as ErrorReport;
  return { code, problems };
}

it('finds a deployment of 1.1.5 and plans the whole upgrade of it', async () => {
  await bench.open();
  const { mode, items, nothing, output } = await plan({ ...INPUT, mode: 'plan' });
  expect({ mode, items, nothing }).toEqual({
    mode: 'plan',
    items: [{ region: REGION, projectId: 'shop' }],
    nothing: false,
  });
  const { console, projects } = output as Plan;
  expect(console).toMatchObject({
    decision: 'upgrade',
    version: OLD,
    variant: 'cloudfront-s3-control-plane-stack-global',
    templateUrl: URL,
    url: 'https://console.example.com',
    behindLoadBalancer: false,
    parameters: [{ key: 'Email', use: 'previous' }],
  });
  expect(console.tables).toHaveLength(3);
  expect(projects[0]).toMatchObject({ decision: 'work', version: OLD, notes: [] });
  expect(projects[0]?.apps.map(({ appId, decision, timezone }) => [appId, decision, timezone])).toEqual([
    ['ios', 'migrate', 'Asia/Shanghai'],
    ['web', 'migrate', 'Asia/Shanghai'],
  ]);
});

it('writes a plan a project and a plan an app beside the plan, and changes nothing else', async () => {
  await bench.open();
  const { planKey } = await plan({ ...INPUT, mode: 'execute' });
  const folder = planKey.slice(0, planKey.lastIndexOf('/'));
  expect(JSON.parse(bench.read(`${folder}/projects/shop.json`) ?? '')).toMatchObject({
    pipeline: 'upgrade',
    capacity: { rpu: 64 },
    timezones: [
      { appId: 'ios', timezone: 'Asia/Shanghai' },
      { appId: 'web', timezone: 'Asia/Shanghai' },
    ],
  });
  expect(JSON.parse(bench.read(`${folder}/apps/shop/web.json`) ?? '')).toMatchObject({ rpu: 64, database: 'shop' });
  const changed = bench.account.callLog.calls.filter(
    ({ operation, resources }) =>
      /^(?:Create|Update|Delete|Put)/.test(operation) && !resources.some((arn) => arn.endsWith(`table/${TABLE}`)),
  );
  expect(new Set(changed.map(({ operation }) => operation))).toEqual(new Set(['PutObject']));
});

it('tells all that is in the way at once: time zones, template, pipeline, Python', async () => {
  bench.pythonUdfs = 'gone';
  bench.templates.clear();
  bench.stack('Reporting').status = 'UPDATE_ROLLBACK_FAILED';
  await bench.open();
  const { code, problems } = await refusal(plan({ console: { targetVersion: 'v1.1.7' } }));
  expect(code).toBe('PlanRefused');
  expect(problems.map(({ path }) => path)).toEqual([
    'input.console.templateUrl',
    'projects.shop',
    'projects.shop.apps.ios',
    'projects.shop.apps.web',
    'projects.shop',
  ]);
  expect(problems.at(-1)?.message).toContain('not supported for language plpythonu anymore');
});

it('says which context value helps where the role of the warehouse does not trust us', async () => {
  const [role] = bench.solution.roles;
  await bench.open();
  bench.account.iam.registerRole({
    roleArn: role?.arn ?? '',
    trustPolicy: { Version: '2012-10-17', Statement: [] },
    policies: [],
  });
  const { problems } = await refusal(plan(INPUT));
  expect(problems).toEqual([
    { path: 'projects.shop', message: expect.stringContaining('context value dataApiRoles') as string },
  ]);
});

it('lists the consoles where there are several, and takes the one that is named', async () => {
  await bench.open();
  const console = bench.solution.stacks.find(({ stackName }) => stackName === 'console');
  if (console === undefined) throw new Error('no console');
  bench.registry.add({ ...console, stackName: 'other', stackId: `${console.stackId}-2` });
  await expect(plan(INPUT)).rejects.toThrow(/other, console|console, other/);
  const named = await plan({ ...INPUT, console: { ...INPUT.console, stackName: 'console' } }, 'root-2');
  expect(named.nothing).toBe(false);
});

it('executes the plan that was shown, with the input it was made from left out', async () => {
  await bench.open();
  const shown = await plan({ ...INPUT, mode: 'plan' });
  const taken = await plan({ mode: 'execute', planHash: shown.planHash }, 'root-2');
  expect(taken).toMatchObject({ mode: 'execute', planKey: shown.planKey, items: shown.items });
  const other = { mode: 'execute', planHash: shown.planHash, migration: { days: 3 } };
  expect(await refusal(plan(other, 'root-3'))).toMatchObject({ code: 'InvalidInput' });
});

it('refuses the plan that was shown when the world has moved, and names what has', async () => {
  await bench.open();
  const { planHash } = await plan({ ...INPUT, mode: 'plan' });
  bench.stack('Reporting').tags['aws-solution/version'] = 'v1.1.6-1';
  const { code, problems } = await refusal(plan({ mode: 'execute', planHash }, 'root-2'));
  expect(code).toBe('PlanStale');
  expect(problems.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^shop\.Reporting: was .*v1\.1\.5/),
  );
});

it('confirms a plan that still fits, and keeps the lock', async () => {
  await bench.open();
  const { planKey } = await plan(INPUT);
  await takeLock();
  expect(await confirm(planKey)).toEqual({});
  expect(await lockState()).toBe('held');
});

it('does not go on without the lock, though the plan fits again: a redrive after it was given back', async () => {
  await bench.open();
  const { planKey } = await plan(INPUT);
  await takeLock();
  bench.stack('Reporting').status = 'UPDATE_IN_PROGRESS';
  await refusal(confirm(planKey));
  bench.stack('Reporting').status = 'UPDATE_COMPLETE';
  const { code } = await refusal(confirm(planKey, 'root'));
  expect(code).toBe('LockLost');
});

it('gives the lock back before it says that a plan no longer fits', async () => {
  await bench.open();
  const { planKey } = await plan(INPUT);
  await takeLock();
  bench.stack('Reporting').status = 'UPDATE_IN_PROGRESS';
  expect(await refusal(confirm(planKey))).toMatchObject({ code: 'PlanStale' });
  expect(await lockState()).toBe('released');
});

const KEY = lockKey({ region: REGION, stackName: 'console' });

async function takeLock(): Promise<void> {
  const record: LockRecord = { v: 1, revision: 1, state: 'held', owner: rootArn('root'), takenAtMs: START_MS };
  await bench.dynamoDb.putItem(REGION, TABLE, marshall({ ...record, pk: KEY }));
}

async function lockState(): Promise<string | undefined> {
  const items = (await bench.dynamoDb.items(REGION, TABLE)).map((item) => unmarshall(item as never));
  return lockRecord.parse(items.find((item) => item['pk'] === KEY)).state;
}
