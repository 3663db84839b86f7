import type { OwnerState } from '../../../lambda/shared/lock';
import { KEPT_FOR_THE_STEP, turnGapSeconds } from '../../../lambda/shared/polling';
import { decideTurn, type TurnDecision, type TurnRecord } from '../../../lambda/shared/turn';
import { appPlan } from '../support/fixtures';

const OURS = 'arn:aws:states:eu-west-1:111122223333:execution:ClickstreamUpgrade/EachApp:ours';
const THEIRS = 'arn:aws:states:eu-west-1:111122223333:execution:ClickstreamUpgrade/EachApp:theirs';
const plan = appPlan();
const seeker = { plan, execution: OURS };
const turn = (changes: Partial<TurnRecord> = {}): TurnRecord => ({
  v: 1,
  revision: 1,
  state: 'taken',
  owner: THEIRS,
  warehouse: plan.warehouse,
  database: 'project2',
  appId: 'app9',
  takenAtMs: 0,
  ...changes,
});
const is = (status: string): OwnerState => ({ status, redriveStatus: '' });

describe('A turn on a warehouse', () => {
  test('is taken where nobody has it, and found where it is ours', () => {
    expect(decideTurn(undefined, seeker)).toEqual({ do: 'take' });
    expect(decideTurn(turn({ state: 'free' }), seeker)).toEqual({ do: 'take' });
    expect(decideTurn(turn({ owner: OURS }), seeker)).toEqual({ do: 'go on' });
  });

  test.each<[string, OwnerState, readonly string[] | undefined, TurnDecision['do']]>([
    ['runs', is('RUNNING'), undefined, 'wait'],
    ['has failed, before its calls were looked for', is('FAILED'), undefined, 'look'],
    ['has failed, and whose call is still at work', is('FAILED'), ['app9 events'], 'wait'],
    ['has failed, and left nothing at work', is('FAILED'), [], 'take'],
    ['was stopped, and left nothing at work', is('ABORTED'), [], 'take'],
    ['waits for its redrive, and left nothing at work', is('PENDING_REDRIVE'), [], 'take'],
    ['is forgotten, and left nothing at work', 'gone', [], 'take'],
  ])('of an app that %s', (_, owner, living, what) => {
    expect(decideTurn(turn(), seeker, owner, living).do).toBe(what);
  });

  test('goes to the next execution of the same app, which follows the calls that are still at work', () => {
    const { database, appId } = plan;
    expect(decideTurn(turn({ database, appId }), seeker, is('FAILED'))).toEqual({ do: 'take' });
    expect(decideTurn(turn({ database, appId }), seeker, is('RUNNING')).do).toBe('wait');
  });
});

describe('Waiting for a turn', () => {
  test('looks every ten minutes while passes are plenty', () => {
    expect(turnGapSeconds(1_290)).toBe(600);
    expect(turnGapSeconds(200)).toBe(600);
  });

  test('lasts for four days at least with the passes of the largest app, and leaves the step its own', () => {
    let seconds = 0;
    for (let left = 110; left > KEPT_FOR_THE_STEP; left -= 1) seconds += turnGapSeconds(left);
    expect(seconds).toBeGreaterThan(4 * 86_400);
  });
});
