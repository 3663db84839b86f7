import { LambdaFunctionError } from '../../rehearsal/engine';
import { ACCOUNT_STEPS, RehearsedMachine, twoPasses, type Request, type Step } from '../support/rehearsed-machine';

/** A whole upgrade is some four hundred evaluations of JSONata for each app; a busy machine takes its time for them. */
jest.setTimeout(60_000);

const EXECUTE = { mode: 'execute' };

/** A step that fails wherever the test says, and works like the others elsewhere. */
const failing =
  (fails: (request: Request) => boolean, error: string): Step =>
  (request, machine) => {
    if (fails(request)) throw new LambdaFunctionError(error, '{}');
    return twoPasses(request, machine);
  };

describe('A redrive', () => {
  test('of one failed app lets the others finish, puts back what was changed, and runs only that app’s project again', async () => {
    let repaired = false;
    const fails = ({ target }: Request): boolean =>
      !repaired && target['projectId'] === 'shop' && target['appId'] === 'web';
    const machine = new RehearsedMachine({
      ...ACCOUNT_STEPS,
      'migrate-events': failing(fails, 'ProcedureFailed'),
    });

    const failed = await machine.run(EXECUTE);
    expect(failed).toMatchObject({ status: 'FAILED', error: 'ChildrenFailed', redriveStatus: 'REDRIVABLE' });
    // Two passes for each of the three apps that were not stopped by the fourth.
    expect(machine.requestsOf('verify-parity')).toHaveLength(6);
    expect(machine.told('shop').slice(-3)).toEqual(['scale-warehouse restore', 'resume-processing', 'judge-children']);
    expect(machine.told()).not.toContain('release-lock');

    repaired = true;
    const before = machine.requests.length;
    expect(await machine.redrive()).toMatchObject({ status: 'SUCCEEDED' });
    expect(machine.told('game', before)).toEqual([]);
    // A project that runs again begins at its beginning: what has been reached answers at once, by evidence.
    expect(machine.told('shop', before).slice(0, 3)).toEqual(['list-apps', 'set-timezones', 'pause-processing pause']);
    expect(machine.told('shop', before)).toContain('verify-parity web');
    expect(machine.told(undefined, before)).toEqual(['judge-children', 'report', 'release-lock']);
    const again = machine.requests.slice(before).filter(({ step }) => step === 'check');
    expect(again.every(({ request: { attempt, root } }) => attempt.redrive === 1 && root.redrive === 1)).toBe(true);
  });

  test('of a project asks the apps’ judge, whose AGAIN keeps processing paused and scales up before it runs them', async () => {
    let repaired = false;
    let judged = 0;
    const fails = ({ target }: Request): boolean => !repaired && target['appId'] === 'web';
    const machine = new RehearsedMachine({
      ...ACCOUNT_STEPS,
      'migrate-events': failing(fails, 'ProcedureFailed'),
      // As after a redrive of the project's own execution: permission comes while it is at its judge.
      'judge-children': ({ target }) => {
        if (target['children'] === 'projects' || judged >= 2) return { status: 'DONE', result: {}, summary: 's' };
        judged += 1;
        repaired = true;
        const items = [{ region: 'eu-west-1', projectId: 'shop', appId: 'web' }];
        return judged === 1 ? { status: 'AGAIN', items, summary: 's' } : { status: 'DONE', result: {}, summary: 's' };
      },
      'inspect-and-plan': ({ target }) =>
        target['act'] === 'confirm'
          ? { status: 'DONE', result: {}, summary: 's' }
          : {
              status: 'DONE',
              result: { mode: 'execute', planKey: 'k', items: [{ region: 'eu-west-1', projectId: 'shop' }] },
              summary: 's',
            },
    });
    expect(await machine.run(EXECUTE)).toMatchObject({ status: 'SUCCEEDED' });
    const told = machine.told('shop');
    const first = told.indexOf('judge-children');
    expect(told.slice(first)).toEqual([
      'judge-children',
      'pause-processing keep',
      'scale-warehouse up',
      'repair-schema web',
      'wait-for-schema web',
      'check web',
      'migrate-events web',
      'migrate-users web',
      'migrate-items web',
      'migrate-sessions web',
      'refresh-base-view web',
      'recalculate-metrics web',
      'verify-parity web',
      'scale-warehouse restore',
      'resume-processing',
      'judge-children',
    ]);
    expect(machine.requestsOf('list-apps')).toHaveLength(1);
  });

  test.each([
    ['prepare-change-set', 'ChangeSetFailed', ['prepare-change-set', 'approve-plan', 'take-lock']],
    ['take-lock', 'LockTaken', ['take-lock', 'inspect-and-plan confirm', 'prove-functions']],
    ['back-up', 'BackupFailed', ['back-up', 'upgrade-console', 'judge-children']],
    ['upgrade-console', 'ConsoleUpdateFailed', ['upgrade-console', 'judge-children', 'report']],
  ])('of a failed %s goes on there, and repeats nothing before it', async (step, error, then) => {
    let repaired = false;
    const machine = new RehearsedMachine({ ...ACCOUNT_STEPS, [step]: failing(() => !repaired, error) });
    expect(await machine.run(EXECUTE)).toMatchObject({ status: 'FAILED', error, redriveStatus: 'REDRIVABLE' });
    repaired = true;
    const before = machine.requests.length;
    expect(await machine.redrive()).toMatchObject({ status: 'SUCCEEDED' });
    expect(machine.told(undefined, before).slice(0, 3)).toEqual(then);
  });

  test('of a plan that no longer fits asks for it again: it has given the lock back itself', async () => {
    let stale = true;
    const machine = new RehearsedMachine({
      ...ACCOUNT_STEPS,
      'inspect-and-plan': (request, rehearsed) => {
        if (stale && request.target['act'] === 'confirm') throw new LambdaFunctionError('PlanStale', '{}');
        return ACCOUNT_STEPS['inspect-and-plan']?.(request, rehearsed);
      },
    });
    expect(await machine.run(EXECUTE)).toMatchObject({ status: 'FAILED', error: 'PlanStale' });
    expect(machine.told()).not.toContain('back-up');
    stale = false;
    expect(await machine.redrive()).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('A retry', () => {
  test('of a statement that timed out happens in the same state, and tells the step that it is one', async () => {
    const retries: number[] = [];
    const machine = new RehearsedMachine({
      ...ACCOUNT_STEPS,
      'migrate-events': (request, rehearsed) => {
        retries.push(request.attempt.retry);
        if (request.attempt.retry === 0 && !('progress' in request)) {
          throw new LambdaFunctionError('StatementTimedOut', '{}');
        }
        return twoPasses(request, rehearsed);
      },
    });
    expect(await machine.run(EXECUTE)).toMatchObject({ status: 'SUCCEEDED' });
    // For each of four apps: time-out, retry that answers IN_PROGRESS, and a new entry of the state.
    expect(retries.toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
  });
});
