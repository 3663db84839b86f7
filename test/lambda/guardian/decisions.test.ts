import {
  decide as decideSweep,
  IN_FLIGHT_MS,
  type FoundCall,
} from '../../../lambda/cancel-statements/cancel-statements';
import { decide, itemsOf, type Seen } from '../../../lambda/look-at-root/look-at-root';
import { whyHalfWay } from '../../../lambda/resume-processing/half-way';
import { ErrorCode, UpgradeError } from '../../../lambda/shared/errors';
import { consoleLink, isGuardians, machineOf } from '../../../lambda/shared/executions';
import { isStillDead, type RootState } from '../../../lambda/shared/guardian/root-state';
import { customNotification } from '../../../lambda/shared/notification';
import type { PipelineStack } from '../../../lambda/shared/solution/find-pipeline-stacks';
import { compose } from '../../../lambda/tell-what-happened/compose';

const ROOT = 'arn:aws:states:eu-west-1:111122223333:execution:Upgrade:monday';
const GUARDIAN = 'arn:aws:states:eu-west-1:111122223333:execution:UpgradeGuardian:event-1';
const CHILD = 'arn:aws:states:eu-west-1:111122223333:execution:UpgradeGuardian/PutBack:1';

const state = (changes: Partial<RootState> = {}): RootState => ({
  status: 'FAILED',
  redrives: 0,
  redriveStatus: 'REDRIVABLE',
  redriveReason: undefined,
  error: undefined,
  cause: undefined,
  ...changes,
});

describe('A request', () => {
  test('is a guardian’s when its execution belongs to another machine than its root, children included', () => {
    const asked = (id: string, root = ROOT): boolean => isGuardians({ root: { id: root }, execution: { id } });
    expect([asked(ROOT), asked(GUARDIAN), asked(CHILD)]).toEqual([false, true, true]);
    expect(asked(ROOT.replace(':Upgrade:', ':Upgrade/EachApp:'))).toBe(false);
    expect(machineOf(CHILD)).toBe('UpgradeGuardian');
  });
});

describe('A root', () => {
  test.each([
    ['dead as it was', state(), 0, true],
    ['dead after a later redrive: another guardian’s turn', state({ redrives: 1 }), 0, false],
    ['running', state({ status: 'RUNNING', redrives: 1 }), 0, false],
    ['at a good end', state({ status: 'SUCCEEDED', redrives: 1 }), 0, false],
  ])('that is %s', (_what, seen, redrivesThen, expected) => {
    expect(isStillDead(seen, redrivesThen)).toBe(expected);
  });

  const seen = (changes: Partial<Seen> = {}): Seen => ({
    state: state(),
    redrivesThen: 0,
    plan: 'plans/h/plan.json',
    ownsLock: true,
    ...changes,
  });

  test('that is dead and has the lock is put back by its plan', () => {
    expect(decide(seen())).toEqual({ is: 'dead', plan: 'plans/h/plan.json' });
  });

  test('that Step Functions still shows running is looked at again; one redriven since is let go', () => {
    expect(decide(seen({ state: state({ status: 'RUNNING' }) }))).toEqual({ is: 'late' });
    expect(decide(seen({ state: state({ status: 'RUNNING', redrives: 1 }) }))).toEqual({ is: 'going on' });
    expect(decide(seen({ state: state({ status: 'SUCCEEDED', redrives: 1 }) }))).toEqual({ is: 'going on' });
  });

  test('that never took the lock, or lost it, holds nothing', () => {
    expect(decide(seen({ plan: undefined }))).toMatchObject({ is: 'nothing held' });
    expect(decide(seen({ ownsLock: false }))).toMatchObject({ is: 'nothing held' });
  });

  test('has items for the data of each project, and for the ingestion of those whose instances were replaced', () => {
    const project = (projectId: string, decision: 'work' | 'skip', replaces: boolean) => ({
      projectId,
      region: 'eu-west-1',
      decision,
      steps: [
        { step: 'Replace ingestion instances', decision: replaces ? ('do' as const) : ('skip' as const), what: '' },
      ],
    });
    const projects = [project('a', 'work', true), project('b', 'work', false), project('c', 'skip', true)] as never;
    expect(itemsOf({ kind: 'upgrade', projects }).map(({ projectId, part }) => `${projectId} ${part}`)).toEqual([
      'a ingestion',
      'a data',
      'b data',
    ]);
    expect(itemsOf({ kind: 'cleanup', projects })).toEqual([]);
  });
});

describe('A sweep', () => {
  const call = (ended?: 'FINISHED'): FoundCall =>
    ({ name: 'app1 events', record: {}, state: { id: '1', ended, error: undefined, durationMs: 0, pid: 1 } }) as never;

  test('stops what lives', () => {
    expect(decideSweep([call(), call('FINISHED')], undefined, 0)).toMatchObject({
      do: 'stop',
      calls: [{ name: 'app1 events' }],
    });
  });

  test('that finds nothing counts when one a Lambda time-out later finds nothing either', () => {
    expect(decideSweep([], undefined, 1_000)).toEqual({ do: 'look again', seconds: 60 });
    expect(decideSweep([], 1_000, 1_000 + IN_FLIGHT_MS - 1)).toEqual({ do: 'look again', seconds: 1 });
    expect(decideSweep([call('FINISHED')], 1_000, 1_000 + IN_FLIGHT_MS)).toEqual({ do: 'done' });
  });
});

describe('A pipeline', () => {
  const stack = (status: string, version: string): PipelineStack => ({
    type: 'Reporting',
    name: `Clickstream-Reporting-${version}`,
    status,
    version,
    updatedMs: 0,
  });

  test('is half-way where a stack is under way, failed or of another release', () => {
    expect(whyHalfWay([stack('UPDATE_COMPLETE', '1.1.7'), stack('CREATE_COMPLETE', '1.1.7')])).toBeUndefined();
    expect(whyHalfWay([])).toBeUndefined();
    for (const status of ['UPDATE_IN_PROGRESS', 'UPDATE_FAILED', 'UPDATE_ROLLBACK_COMPLETE']) {
      expect(whyHalfWay([stack(status, '1.1.7')])).toContain(status);
    }
    expect(whyHalfWay([stack('UPDATE_COMPLETE', '1.1.5'), stack('UPDATE_COMPLETE', '1.1.7')])).toBe(
      'its stacks are at 1.1.5 and 1.1.7',
    );
  });
});

describe('What people are told', () => {
  const happened = {
    rootId: ROOT,
    guardianId: GUARDIAN,
    hasLock: true,
    state: state(),
    done: ['shop: all'],
    problems: [],
  };
  const causeOf = (redrive: 'yes' | 'no'): string =>
    JSON.stringify({
      errorMessage: new UpgradeError({
        code: ErrorCode.ProcedureFailed,
        what: 'The events failed.',
        why: 'value too long.',
        next: 'Shorten it.',
        redrive,
        ids: {},
      }).message,
    });

  test('is why, what was put back, where to look, and to redrive', () => {
    const told = compose({ ...happened, state: state({ cause: causeOf('yes') }) });
    expect(told.title).toBe('Clickstream upgrade monday failed');
    for (const part of ['ProcedureFailed', 'value too long.', 'shop: all', consoleLink(ROOT)])
      expect(told.description).toContain(part);
    expect(told.nextSteps).toEqual([
      'Shorten it.',
      `Redrive: aws stepfunctions redrive-execution --execution-arn ${ROOT}`,
    ]);
    expect(told.thread).toBe(ROOT);
  });

  test.each([
    ['the error asks for one', state({ cause: causeOf('no') })],
    ['it cannot be redriven', state({ redriveStatus: 'NOT_REDRIVABLE', redriveReason: 'Redrivable period expired' })],
  ])('is to start a new execution where %s', (_why, seen) => {
    const next = compose({ ...happened, state: seen }).nextSteps.join(' ');
    expect(next).toContain(`Start a new execution with "takeOver": "${ROOT}"`);
    expect(next).not.toContain('redrive-execution');
  });

  test('is what could not be put back, and how that is tried again', () => {
    const told = compose({ ...happened, done: [], problems: [{ path: 'shop', message: 'CapacityNotChanged' }] });
    expect(told.description).toContain('shop: CapacityNotChanged');
    expect(told.nextSteps.at(-1)).toContain(consoleLink(GUARDIAN));
  });

  test('links to the console of its partition', () => {
    expect(consoleLink(ROOT.replace('arn:aws:', 'arn:aws-cn:'))).toContain('console.amazonaws.cn');
  });

  test('fits what a chat takes', () => {
    const long = customNotification({
      title: 't'.repeat(500),
      description: 'd'.repeat(9_000),
      nextSteps: [],
      keywords: [],
      thread: ROOT,
    });
    expect(long).toMatchObject({ version: '1.0', source: 'custom', metadata: { threadId: ROOT } });
    expect([long.content.title.length, long.content.description.length]).toEqual([250, 7_500]);
  });
});
