import '../../support/silence';
import * as z from 'zod';
import { readPlan } from '../../../../lambda/shared/plan/store';
import { commonEnvironment, stepHandler } from '../../../../lambda/shared/step';
import { plan } from '../../support/plans';
import { BUCKET, PLAN_KEY, StepBench } from '../../support/step-bench';

const bench = new StepBench();

beforeAll(() => bench.open());
afterAll(() => bench.close());

const reads = (): number => bench.account.callLog.of('s3', 'GetObject').length;

/** Reads its plan twice a pass, and never comes to an end. */
const handler = stepHandler(
  {
    name: 'example',
    target: z.object({}),
    progress: z.object({}),
    environment: z.object(commonEnvironment),
    deadlineMs: 1_000,
    actsWithoutLock: 'It does not act.',
  },
  async ({ root }) => {
    const first = await readPlan(BUCKET, root.plan);
    first.projects.length = 0;
    const { console, projects } = await readPlan(BUCKET, root.plan);
    const summary = `${console.targetVersion}: ${String(projects.length)}`;
    return { status: 'IN_PROGRESS', progress: {}, waitSeconds: 1, summary };
  },
);

test('The passes of a loop read their plan once, and the first pass of the next one reads it anew', async () => {
  const before = plan();
  const summary = `${before.console.targetVersion}: ${String(before.projects.length)}`;
  const first = await bench.pass(handler);
  expect(first).toMatchObject({ summary });
  expect(reads()).toBe(1);

  bench.write(PLAN_KEY, { ...before, console: { ...before.console, targetVersion: 'v9.9.9' } });
  const progress = first.status === 'IN_PROGRESS' ? first.progress : undefined;
  expect(await bench.pass(handler, { progress })).toMatchObject({ summary });
  expect(reads()).toBe(1);

  expect(await bench.pass(handler)).toMatchObject({ summary: summary.replace(/^.*:/, 'v9.9.9:') });
  expect(reads()).toBe(2);
});
