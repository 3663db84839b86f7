import { chaosWorld } from '../../../rehearsal/chaos/draw-world';
import { playWorld } from '../../../rehearsal/chaos/play-world';

/** Synthesis takes half a minute where nobody has made it yet. */
const TIMEOUT_MS = 180_000;

describe('A world of chaos that is played', () => {
  test(
    'holds where the plan has to refuse it',
    async () => {
      const chaos = chaosWorld(603_005_051);
      expect(chaos.refusal).toBe('too-old');
      expect(await playWorld(chaos)).toMatchObject({ seed: 603_005_051, state: 'PlanRefused', held: true });
    },
    TIMEOUT_MS,
  );

  test(
    'holds where the data were migrated before, and a project is asked for that is not there',
    async () => {
      const chaos = chaosWorld(657_815_934);
      expect([chaos.start, chaos.refusal]).toEqual(['migrated', 'unknown-project']);
      expect(await playWorld({ ...chaos, disturbances: [] })).toMatchObject({ state: 'PlanRefused', held: true });
    },
    TIMEOUT_MS,
  );

  test(
    'holds where a plan is looked at and executed, though no function in Python can be made any more',
    async () => {
      const chaos = chaosWorld(1_701_765_014);
      expect([chaos.start, chaos.phases]).toEqual(['only-data', ['plan', 'execute']]);
      const row = await playWorld(chaos);
      expect(row).toMatchObject({ state: 'SUCCEEDED', held: true, interruption: 'nothing' });
      expect(row.moves).toEqual(['SUCCEEDED: succeeded', 'SUCCEEDED: succeeded']);
    },
    TIMEOUT_MS,
  );

  test.each([
    [true, 'SUCCEEDED', ['FAILED ChildrenFailed: accept, repair', 'redrive at once', 'SUCCEEDED: succeeded']],
    [false, 'ChildrenFailed', ['FAILED ChildrenFailed: declined']],
  ])(
    'holds where data differ innocently, and a person accepts that: %s',
    async (accepts, state, moves) => {
      const chaos = chaosWorld(1_701_765_014);
      const row = await playWorld({
        ...chaos,
        phases: ['execute'],
        disturbances: [{ kind: 'user-twice', app: 0 }],
        redrives: ['at-once'],
        accepts,
      });
      expect(row.why).toBeUndefined();
      expect(row).toMatchObject({ state, held: true, moves });
    },
    TIMEOUT_MS,
  );

  test(
    'does not hold where it cannot even be played, and says why',
    async () => {
      const chaos = chaosWorld(603_005_051);
      const row = await playWorld({ ...chaos, description: { ...chaos.description, events: 1 } });
      expect(row).toMatchObject({ state: 'not played', held: false });
      expect(row.why).toContain('it could be played');
    },
    TIMEOUT_MS,
  );
});
