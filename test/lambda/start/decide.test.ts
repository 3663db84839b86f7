import { decide, decideByEvent, type StartObservation } from '../../../lambda/start/decide';
import { stackEvent, stackOf, type StackEvent } from '../../../lambda/start/event';
import { executionName } from '../../../lambda/start/execution-name';
import { metricsOf } from '../../../lambda/start/metrics';
import type { PipelineStack } from '../../../lambda/shared/solution/find-pipeline-stacks';

const VERSION = 'v1.1.7-202409201200';
const AT = Date.UTC(2026, 5, 15, 9, 30, 12);

function event(detail: Record<string, unknown> = {}): StackEvent {
  return stackEvent.parse({
    version: '0',
    id: 'e-1',
    time: '2026-06-15T09:44:12Z',
    region: 'us-east-1',
    resources: [],
    detail: {
      'stack-id': 'arn:aws:cloudformation:us-east-1:111122223333:stack/console/51af3dc0',
      'status-details': { status: 'UPDATE_COMPLETE', 'status-reason': '' },
      ...detail,
    },
  });
}

const stack = { isNested: false, status: 'UPDATE_COMPLETE', updatedMs: AT };
const piece = (changes: Partial<PipelineStack> = {}): PipelineStack => ({
  type: 'Metrics',
  name: 'Clickstream-Metrics-0f',
  status: 'UPDATE_COMPLETE',
  version: VERSION,
  updatedMs: AT,
  ...changes,
});
const pipeline = (stacks: PipelineStack[] = [piece()], changes: Partial<StartObservation> = {}): StartObservation => ({
  kind: 'pipeline',
  stack,
  version: VERSION,
  running: undefined,
  project: { projectId: 'shop', stacks },
  ...changes,
});
const console = (changes: Partial<StartObservation> = {}): StartObservation =>
  ({ kind: 'console', stack, version: VERSION, running: undefined, ...changes }) as StartObservation;
const INPUT = { mode: 'execute', console: { targetVersion: 'v1.1.7' }, migration: { days: 7 } };
const decided = (seen: StartObservation, input: Record<string, unknown> = INPUT) =>
  decide(seen, { consoleStack: 'console', input });

describe('An event by itself', () => {
  it.each([
    ['made in the CloudFormation console', { 'client-request-token': 'Console-UpdateStack-1c2d' }],
    ['without a token', {}],
    ['with an empty one', { 'client-request-token': null }],
  ])('%s is looked into', (_name, detail) => {
    expect(decideByEvent(event(detail))).toBeUndefined();
  });

  it('of our own update starts nothing', () => {
    const token = 'clickstream-upgrade-0a1b';
    expect(decideByEvent(event({ 'client-request-token': token }))).toMatchObject({ because: 'own-update' });
  });

  it('of an update that was rolled back starts nothing', () => {
    const detail = { 'status-details': { status: 'UPDATE_ROLLBACK_COMPLETE' } };
    expect(decideByEvent(event(detail))).toMatchObject({ because: 'other-status' });
  });

  it('tells its stack in every partition', () => {
    const stackId = 'arn:aws-cn:cloudformation:cn-north-1:111122223333:stack/my-Clickstream-Metrics-0f/51af3dc0';
    expect(stackOf(event({ 'stack-id': stackId }))).toEqual({
      stackId,
      stackName: 'my-Clickstream-Metrics-0f',
      region: 'cn-north-1',
    });
  });
});

describe('An update of the web console', () => {
  it('starts an upgrade of everything, with the input that was deployed', () => {
    expect(decided(console())).toEqual({
      do: 'start',
      input: { ...INPUT, console: { targetVersion: 'v1.1.7', stackName: 'console' } },
      key: { subject: 'console', version: VERSION, updatedMs: AT },
    });
  });

  it.each<[string, Partial<StartObservation>, string]>([
    ['while an upgrade of it is running', { running: { root: 'r', projects: [] } }, 'running-upgrade'],
    ['when it is being updated again', { stack: { ...stack, status: 'UPDATE_IN_PROGRESS' } }, 'moved-on'],
    ['when it has been rolled back since', { stack: { ...stack, status: 'UPDATE_ROLLBACK_COMPLETE' } }, 'moved-on'],
    ['when it is gone', { stack: undefined }, 'moved-on'],
    ['when the stack is nested in it', { stack: { ...stack, isNested: true } }, 'nested-stack'],
  ])('starts nothing %s', (_name, changes, because) => {
    expect(decided(console(changes))).toMatchObject({ do: 'ignore', because });
  });
});

describe('An update of a stack of a pipeline', () => {
  it('starts an upgrade of that project when it was the last one; the console stays where it is', () => {
    const stacks = [piece(), piece({ type: 'Reporting', updatedMs: AT + 60_000, status: 'CREATE_COMPLETE' })];
    expect(decided(pipeline(stacks))).toEqual({
      do: 'start',
      input: { ...INPUT, console: { stackName: 'console' }, projects: [{ projectId: 'shop' }] },
      key: { subject: 'shop', version: VERSION, updatedMs: AT + 60_000 },
    });
  });

  it('takes time zones and apps of the project from the input', () => {
    const shop = { projectId: 'shop', timezone: 'Europe/Berlin' };
    expect(decided(pipeline(), { projects: [{ projectId: 'game' }, shop] })).toMatchObject({
      input: { projects: [shop] },
    });
  });

  it.each<[string, PipelineStack]>([
    ['is still at work', piece({ status: 'UPDATE_IN_PROGRESS' })],
    ['is at another version', piece({ version: 'v1.1.5-202403071513' })],
    ['has no version', piece({ version: undefined })],
    ['was rolled back', piece({ status: 'UPDATE_ROLLBACK_COMPLETE' })],
  ])('starts nothing while another one %s', (_name, other) => {
    expect(decided(pipeline([piece(), other]))).toMatchObject({ do: 'ignore', because: 'unfinished-pipeline' });
  });

  it.each<[string, Partial<StartObservation>, string]>([
    ['in the plan of a running upgrade', { running: { root: 'r', projects: ['shop'] } }, 'running-upgrade'],
    ['when that plan cannot be told', { running: { root: 'r', projects: 'everything' } }, 'running-upgrade'],
    ['that belongs to no project here', { project: undefined }, 'other-stack'],
    ['that is nested', { stack: { ...stack, isNested: true } }, 'nested-stack'],
  ])('starts nothing for a stack %s', (_name, changes, because) => {
    expect(decided(pipeline([piece()], changes))).toMatchObject({ do: 'ignore', because });
  });

  it('starts one while an upgrade of other projects is running', () => {
    const running = { root: 'r', projects: ['game'] };
    expect(decided(pipeline([piece()], { running }))).toMatchObject({ do: 'start' });
  });

  it('starts nothing for a project that the input does not name', () => {
    expect(decided(pipeline(), { projects: [{ projectId: 'game' }] })).toMatchObject({ because: 'other-project' });
  });
});

describe('The name of an execution', () => {
  it('is that of console or project, version and update, in characters that Step Functions takes', () => {
    expect(executionName({ subject: 'shop_1', version: VERSION, updatedMs: AT })).toBe(
      'shop_1-v1-1-7-202409201200-20260615T093012',
    );
  });

  it('is cut where it would be too long, and still tells two projects apart', () => {
    const name = (end: string): string =>
      executionName({ subject: `${'p'.repeat(120)}${end}`, version: VERSION, updatedMs: AT });
    expect(name('1')).toHaveLength(80);
    expect(name('1')).not.toBe(name('2'));
    expect(name('1')).toMatch(/^[0-9A-Za-z_-]{1,80}$/);
  });
});

describe('What is counted', () => {
  it('is one event by its reason, at the time it happened', () => {
    const outcome = { outcome: 'ignored', because: 'nested-stack', summary: '' } as const;
    expect(metricsOf(outcome, event())).toMatchObject({
      reason: 'nested-stack',
      StackEvents: 1,
      _aws: { Timestamp: Date.UTC(2026, 5, 15, 9, 44, 12) },
    });
  });
});
