import { grantedToSteps, usedBySteps } from '../../rehearsal/aws/iam/grants';
import { findScenario } from '../../rehearsal/scenarios';
import { broken, Player, TIMEOUT_MS } from './scenarios/support/play';
import { UNUSED, UNUSED_EVERYWHERE } from './unused-grants';

/** The fewest that together use nearly everything, with what each is there for; they have no test file of their own. */
const SCENARIOS: [name: string, redrives: number, uses: string][] = [
  ['udf-replaced', 0, 'the whole guide with an approval, the Lambda functions, and the clean-up'],
  ['one-project-fails', 1, 'a judge that finds children that failed, and why the stacks of a pipeline did'],
  ['console-rollback', 1, 'a second change set after the first was rolled back'],
  ['aborted', 1, 'the guardian, and what it gives back taken again'],
  ['schema-failed-once', 1, 'a redrive of the schema workflow'],
];

describe('The permissions of the steps', () => {
  const player = new Player();
  const granted = new Set<string>();
  const used = new Set<string>();
  afterAll(() => player.clear());

  test.each(SCENARIOS)(
    'are all that scenario %s needs, with %d redrives: %s',
    async (name, redrives) => {
      const run = await player.play(name, {
        events: 1_000,
        onEnd: (_result, { world: { account } }) => {
          for (const grant of grantedToSteps(account.deployment)) granted.add(grant);
          for (const grant of usedBySteps(account.deployment, account.iam.allowed)) used.add(grant);
        },
      });
      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ scenario: name, held: true, execution: { status: 'SUCCEEDED', redrives } });
      expect(run.result.apps.every(({ parity }) => parity)).toBe(true);
      expect(run.result.execution.maxHistoryEvents).toBeLessThan(20_000);
    },
    2 * TIMEOUT_MS,
  );

  const actionOf = (grant: string): string => grant.slice(grant.indexOf(' ') + 1);

  test('that none of them used are those that were looked at, each with its reason', () => {
    const unused = [...granted].filter((grant) => !used.has(grant) && !(actionOf(grant) in UNUSED_EVERYWHERE));
    expect(unused.sort()).toEqual(Object.keys(UNUSED).sort());
  });

  test('that every step has are used by at least one of them, or by the runtime', () => {
    const usedActions = new Set([...used].map(actionOf));
    const idle = Object.keys(UNUSED_EVERYWHERE).filter((action) => !usedActions.has(action));
    expect(idle.sort()).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  });

  test('are used only where they are granted', () => {
    expect([...used].filter((grant) => !granted.has(grant))).toEqual([]);
  });

  test('are told with a reason that says something, and by scenarios that exist', () => {
    const reasons = Object.entries({ ...UNUSED_EVERYWHERE, ...UNUSED });
    expect(reasons.filter(([, reason]) => !/^\S.{30,}\.$/.test(reason))).toEqual([]);
    expect(SCENARIOS.filter(([name]) => findScenario(name) === undefined)).toEqual([]);
  });
});
