import { recordStep, stepRecord, stepRecordKey } from '../../../lambda/shared/step-record';
import { StateTable } from '../../../lambda/shared/state-table';
import { CallBench } from '../support/call-bench';
import { NOW_MS, ROOT } from '../support/fixtures';

const bench = new CallBench();
beforeAll(() => bench.open());
afterAll(() => bench.close());

describe('The key of a step’s record', () => {
  test.each([
    ['back-up', {}, 'step/run-1/back-up'],
    ['upgrade-pipeline', { projectId: 'shop', act: 'start' }, 'step/run-1/upgrade-pipeline:start/shop'],
    ['check', { projectId: 'shop', appId: 'app1' }, 'step/run-1/check/shop/app1'],
  ])('of %s tells its target and its use apart', (step, target, key) => {
    expect(stepRecordKey(ROOT, step, target)).toBe(key);
  });
});

describe('The record of a step', () => {
  test('adds up the loops of all redrives, without the time between them, and keeps the last words and all facts', async () => {
    const table = new StateTable('state');
    const loop = { step: 'check', summary: 'first', facts: { events: 1, days: 2 } };
    await recordStep(table, 'step/1', { ...loop, sinceMs: NOW_MS, nowMs: NOW_MS + 1_000 });
    const again = { ...loop, summary: 'second', facts: { events: 5 } };
    await recordStep(table, 'step/1', { ...again, sinceMs: NOW_MS + 60_000, nowMs: NOW_MS + 62_000 });
    expect(await table.get('step/1', stepRecord)).toEqual({
      v: 1,
      revision: 2,
      step: 'check',
      startedMs: NOW_MS,
      endedMs: NOW_MS + 62_000,
      activeMs: 3_000,
      summary: 'second',
      facts: { events: 5, days: 2 },
    });
  });
});
