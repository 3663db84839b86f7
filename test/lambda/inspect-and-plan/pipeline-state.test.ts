import { pipelineState } from '../../../lambda/inspect-and-plan/pipeline-state';
import { foundProject, NEW, OLD } from '../support/found';

type Found = Parameters<typeof pipelineState>[0];

const found = (stack: Record<string, string>, record: Partial<Found['record']> = {}): Found => {
  const { stacks, record: before } = foundProject();
  return {
    stacks: stacks.map((each, index) => (index === 0 ? { ...each, ...stack } : each)),
    record: { ...before, ...record },
  };
};

describe('A pipeline is', () => {
  test.each<[state: string, what: string, found: Found]>([
    ['active', 'whose stacks are all complete at the version of its record', found({})],
    ['active', 'of an old release, whose record tells no version', { stacks: foundProject().stacks, record: {} }],
    ['busy', 'with a stack in progress', found({ status: 'UPDATE_ROLLBACK_IN_PROGRESS' })],
    ['busy', 'with a stack that cleans up', found({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' })],
    ['busy', 'whose workflow is running', found({}, { execution: 'RUNNING' })],
    ['stuck', 'with a stack that could not be rolled back', found({ status: 'UPDATE_ROLLBACK_FAILED' })],
    ['warning', 'whose upgrade was rolled back', found({ status: 'UPDATE_ROLLBACK_COMPLETE' })],
    ['warning', 'whose update failed', found({ status: 'UPDATE_FAILED' }, { lastAction: 'Update' })],
    ['warning', 'whose workflow failed', found({}, { execution: 'TIMED_OUT' })],
    ['warning', 'with a stack that stayed at another version', found({ version: OLD })],
    ['failed', 'whose creation was rolled back', found({ status: 'ROLLBACK_COMPLETE' }, { lastAction: 'Create' })],
    ['failed', 'whose creating workflow failed', found({}, { execution: 'FAILED', lastAction: 'Create' })],
  ])('%s: one %s', (state, _, seen) => {
    expect(pipelineState(seen).is).toBe(state);
  });

  test('told with the stack that shows it', () => {
    expect(pipelineState(found({ status: 'UPDATE_ROLLBACK_COMPLETE' })).why).toBe(
      'Clickstream-Ingestion-pipeline1 is UPDATE_ROLLBACK_COMPLETE',
    );
    expect(pipelineState(found({ version: OLD })).why).toContain(`its record says ${NEW}`);
  });
});
