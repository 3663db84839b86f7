import { pipelineCall, type PipelineCall } from '../../../lambda/upgrade-pipeline/call-record';
import { decide, SETTLING_MS, type PipelineObservation } from '../../../lambda/upgrade-pipeline/decide';
import type { PipelineStack } from '../../../lambda/shared/solution/find-pipeline-stacks';
import { NOW_MS, ROOT } from '../support/fixtures';

const [OLD, NEW] = ['v1.1.5-1', 'v1.1.7-2'];
const BEFORE = `main-abc-${String(NOW_MS - 1_000_000)}`;

const stack = (type: PipelineStack['type'], changes: Partial<PipelineStack> = {}): PipelineStack => ({
  type,
  name: `Clickstream-${type}-abc`,
  status: 'UPDATE_COMPLETE',
  version: OLD,
  updatedMs: 1_000,
  ...changes,
});

const call = (changes: Partial<PipelineCall> = {}): PipelineCall =>
  pipelineCall.parse({
    v: 1,
    revision: 1,
    root: ROOT,
    redrive: 0,
    route: 'upgrade',
    requestId: 'r',
    state: 'open',
    calledAtMs: NOW_MS - SETTLING_MS,
    tries: 1,
    before: { execution: BEFORE, updatedMs: 1_000 },
    ...changes,
  });

/** A healthy pipeline at the old version, at rest. */
const seen = (changes: Partial<PipelineObservation> = {}): PipelineObservation => ({
  act: 'finish',
  planned: 'upgrade',
  pipelineId: 'abc',
  version: NEW,
  stacks: [stack('Metrics'), stack('Ingestion')],
  record: { templateVersion: OLD, execution: { name: BEFORE, status: 'SUCCEEDED' } },
  call: undefined,
  manual: false,
  attempt: { root: ROOT, redrive: 0 },
  nowMs: NOW_MS,
  ...changes,
});

const atNew = { version: NEW };
const recorded = { templateVersion: NEW, execution: { name: BEFORE, status: 'SUCCEEDED' } };

describe('what a pass of the pipeline upgrade does', () => {
  it.each<[string, Partial<PipelineObservation>, object]>([
    ['asks for the upgrade of a healthy pipeline', {}, { do: 'call', route: 'upgrade', tries: 1 }],
    [
      'is done when every stack is there and the record says so',
      { stacks: [stack('Metrics', atNew), stack('Ingestion', atNew)], record: recorded },
      { do: 'done' },
    ],
    [
      'has started when only the ingestion stack is there',
      { act: 'start', stacks: [stack('Metrics', { status: 'UPDATE_IN_PROGRESS' }), stack('Ingestion', atNew)] },
      { do: 'done' },
    ],
    [
      'has not started while the ingestion stack is being cleaned up',
      { act: 'start', stacks: [stack('Ingestion', { ...atNew, status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' })] },
      { do: 'wait', for: 'stacks' },
    ],
    [
      'does not take a rollback for the end of an update, whatever the tag says',
      { act: 'start', stacks: [stack('Ingestion', { ...atNew, status: 'UPDATE_ROLLBACK_COMPLETE' })] },
      { do: 'fail', because: 'incomplete' },
    ],
    [
      'has started without an ingestion stack when the console has accepted',
      {
        act: 'start',
        stacks: [stack('Metrics', { status: 'UPDATE_IN_PROGRESS' })],
        call: call({ state: 'accepted' }),
      },
      { do: 'done' },
    ],
    [
      'is not done while the workflow runs, for the console is not either',
      {
        stacks: [stack('Ingestion', atNew)],
        record: { templateVersion: NEW, execution: { name: BEFORE, status: 'RUNNING' } },
      },
      { do: 'wait', for: 'workflow' },
    ],
    [
      'waits for stacks whoever moves them',
      { stacks: [stack('Metrics', { status: 'UPDATE_ROLLBACK_IN_PROGRESS' })] },
      { do: 'wait', for: 'stacks' },
    ],
    [
      'waits after a call without an answer',
      { call: call({ calledAtMs: NOW_MS - SETTLING_MS + 1 }) },
      { do: 'wait', for: 'answer' },
    ],
    ['asks again when nothing has moved for long enough', { call: call() }, { do: 'call', route: 'upgrade', tries: 2 }],
    [
      'gives up after five calls without an answer',
      { call: call({ tries: 5 }) },
      { do: 'fail', because: 'unanswered' },
    ],
    [
      'asks again after those when redriven',
      { call: call({ tries: 5 }), attempt: { root: ROOT, redrive: 1 } },
      { do: 'call', route: 'upgrade', tries: 1 },
    ],
    [
      'recognises a newer execution in the record as that of the lost call',
      {
        call: call(),
        record: { templateVersion: NEW, execution: { name: `main-abc-${String(NOW_MS)}`, status: 'RUNNING' } },
      },
      { do: 'adopt', call: call() },
    ],
    [
      'recognises the lost call by a stack that was touched since',
      { call: call(), stacks: [stack('Ingestion', { updatedMs: 2_000 })] },
      { do: 'adopt', call: call() },
    ],
    [
      'never takes the execution of another pipeline for its own',
      {
        call: call(),
        record: { templateVersion: OLD, execution: { name: `main-abcd-${String(NOW_MS)}`, status: 'SUCCEEDED' } },
      },
      { do: 'call', route: 'upgrade', tries: 2 },
    ],
    [
      'waits for a person as long as it takes',
      { manual: true, call: call({ calledAtMs: 0 }) },
      { do: 'wait', for: 'person' },
    ],
    ['does not repeat what was refused', { call: call({ state: 'refused' }) }, { do: 'fail', because: 'refused' }],
    [
      'asks again what was refused when redriven',
      { call: call({ state: 'refused' }), attempt: { root: ROOT, redrive: 1 } },
      { do: 'call', route: 'upgrade', tries: 1 },
    ],
    [
      'fails when the upgrade has ended with a stack behind',
      { record: recorded, call: call({ state: 'accepted' }) },
      { do: 'fail', because: 'incomplete' },
    ],
    [
      'retries that when redriven: the console would call it the latest version already',
      { record: recorded, call: call({ state: 'failed' }), attempt: { root: ROOT, redrive: 1 } },
      { do: 'call', route: 'retry', tries: 1 },
    ],
    [
      'retries at once when the plan says so',
      { record: recorded, planned: 'retry' },
      { do: 'call', route: 'retry', tries: 1 },
    ],
    [
      'does not retry for ever because the plan said so',
      { record: recorded, planned: 'retry', call: call({ state: 'accepted', route: 'retry' }) },
      { do: 'fail', because: 'incomplete' },
    ],
    [
      'upgrades what a retry has brought to its older version',
      { planned: 'retry', call: call({ state: 'accepted', route: 'retry' }) },
      { do: 'call', route: 'upgrade', tries: 1 },
    ],
    [
      'takes a failed workflow for a failed upgrade though every stack is there',
      {
        stacks: [stack('Ingestion', atNew)],
        record: { templateVersion: NEW, execution: { name: BEFORE, status: 'FAILED' } },
        call: call({ state: 'accepted' }),
      },
      { do: 'fail', because: 'incomplete' },
    ],
    [
      'tells that the console has not recorded what it did',
      { stacks: [stack('Ingestion', atNew)], call: call({ state: 'accepted' }) },
      { do: 'fail', because: 'unrecorded' },
    ],
    ['tells that there are no stacks', { stacks: [] }, { do: 'fail', because: 'no stacks' }],
  ])('%s', (_, changes, action) => {
    expect(decide(seen(changes))).toEqual(action);
  });
});
