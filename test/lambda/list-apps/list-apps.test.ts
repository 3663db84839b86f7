import '../support/silence';
import { handler } from '../../../lambda/list-apps';
import { plan, plannedApp, plannedProject, projectPlan } from '../support/plans';
import type { ProjectPlan } from '../../../lambda/shared/plan/project-plan';
import { appPlan } from '../support/fixtures';
import { PLAN_KEY, StepBench } from '../support/step-bench';

const TARGET = { region: 'eu-west-1', projectId: 'shop' };
const bench = new StepBench();

beforeAll(() => bench.open());
afterAll(() => bench.close());

async function listed(decision: 'migrate' | 'clean' | 'skip', changes: Partial<ProjectPlan> = {}): Promise<unknown> {
  const projects = [plannedProject({ apps: [plannedApp({ decision })] })];
  bench.write(PLAN_KEY, plan({ kind: decision === 'clean' ? 'cleanup' : 'upgrade', projects }));
  bench.write('plans/abc/projects/shop.json', projectPlan({ pipeline: 'none', ...changes }));
  bench.write('plans/abc/apps/shop/app1.json', appPlan({ projectId: 'shop' }));
  const answer = await bench.pass(handler, { target: TARGET });
  return answer.status === 'DONE' ? answer.result : answer;
}

describe('The apps of a project', () => {
  const app1 = { ...TARGET, appId: 'app1' };

  test.each([
    ['migrate', [app1]],
    ['clean', [app1]],
    ['skip', []],
  ] as const)('that the plan wants to %s are listed: %j', async (decision, items) => {
    expect(await listed(decision)).toEqual({ items });
  });

  test('without data to migrate are listed where the upgrade brings them a new schema', async () => {
    expect(await listed('skip', { pipeline: 'upgrade', expectSchema: true })).toEqual({
      items: [{ ...app1, schemaOnly: true }],
    });
    expect(await listed('skip', { pipeline: 'upgrade', expectSchema: false })).toEqual({ items: [] });
  });

  test('are listed for a migration until a verdict proves them, and for a clean-up all the same', async () => {
    const { projectId, appId, cutoffMs, histogram } = appPlan({ projectId: 'shop' });
    const legacyEvents = histogram.reduce((sum, [, events]) => sum + events, 0);
    const common = { v: 1, revision: 1, projectId, appId, state: 'proved', cutoffMs, legacyEvents, counts: {} };
    await bench.table.put('verdict/eu-west-1/shop/app1', {
      ...common,
      atMs: 1,
      warehouseAtMs: 1,
      root: 'root',
      execution: 'root',
    });
    expect(await listed('migrate')).toEqual({ items: [] });
    expect(await listed('clean')).toEqual({ items: [app1] });
  });
});
