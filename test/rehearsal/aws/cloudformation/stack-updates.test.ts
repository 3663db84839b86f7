import { VirtualClock } from '../../../../rehearsal/clock';
import { StackEvents } from '../../../../rehearsal/aws/cloudformation/stack-events';
import type { StackUpdate } from '../../../../rehearsal/aws/cloudformation/stack-update';
import { ClockedStackUpdates } from '../../../../rehearsal/aws/cloudformation/stack-updates';
import type { SimulatedStack, StackStatus } from '../../../../rehearsal/aws/cloudformation/stacks';
import { START_MS } from '../door-harness';

const clock = new VirtualClock(START_MS);
afterAll(() => clock.close());

function stackIn(status: StackStatus): SimulatedStack {
  return {
    region: 'eu-west-1',
    stackName: 's',
    stackId: `arn:aws:cloudformation:eu-west-1:111122223333:stack/s/${status}-${String(clock.now())}`,
    description: '',
    status,
    parameters: {},
    outputs: [],
    tags: { version: 'old' },
    resources: [{ logicalId: 'Fn', physicalId: 'fn', type: 'AWS::Lambda::Function' }],
    createdMs: 0,
  };
}

const UPDATE: StackUpdate = {
  next: { tags: { version: 'new' } },
  seconds: 100,
  cleanupSeconds: 20,
  changes: [
    { action: 'Modify', logicalId: 'Fn', type: 'AWS::Lambda::Function', physicalId: 'fn' },
    { action: 'Add', logicalId: 'Queue', type: 'AWS::SQS::Queue' },
    { action: 'Remove', logicalId: 'Rule', type: 'AWS::Events::Rule', physicalId: 'rule' },
  ],
};

/** Begins an update and tells the stack's statuses by the seconds after its beginning. */
async function run(stack: SimulatedStack, update: StackUpdate): Promise<{ end: StackStatus; events: string[] }> {
  const events = new StackEvents(clock);
  const beganMs = clock.now();
  const end = await new ClockedStackUpdates(clock, events).begin(stack, update, 'token-1');
  const told = events.newestFirst(stack.stackId).reverse();
  expect(new Set(told.map(({ token }) => token))).toEqual(new Set(['token-1']));
  return {
    end,
    events: told.map(
      ({ logicalId, status, reason, timestampMs }) =>
        `${String((timestampMs - beganMs) / 1_000)} ${logicalId} ${status}${reason === undefined ? '' : `: ${reason}`}`,
    ),
  };
}

test('an update goes through its clean-up, and removes resources in it', async () => {
  const stack = stackIn('CREATE_COMPLETE');
  const seen: string[] = [];
  const look = (when: string) => () => void seen.push(`${when}: ${stack.status}, ${String(stack.tags['version'])}`);

  const { end, events } = await run(stack, { ...UPDATE, onUpdated: look('updated'), onCleanedUp: look('cleaned up') });

  expect(end).toBe('UPDATE_COMPLETE');
  expect(seen).toEqual(['updated: UPDATE_IN_PROGRESS, new', 'cleaned up: UPDATE_COMPLETE_CLEANUP_IN_PROGRESS, new']);
  expect(events).toEqual([
    '0 s UPDATE_IN_PROGRESS: User Initiated',
    '0 Fn UPDATE_IN_PROGRESS',
    '0 Queue CREATE_IN_PROGRESS',
    '100 Fn UPDATE_COMPLETE',
    '100 Queue CREATE_COMPLETE',
    '100 s UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    '100 Rule DELETE_IN_PROGRESS',
    '120 Rule DELETE_COMPLETE',
    '120 s UPDATE_COMPLETE',
  ]);
  expect(stack.resources).toMatchObject([{ logicalId: 'Fn', status: 'UPDATE_COMPLETE' }]);
});

const FAILED = { logicalId: 'Fn', type: 'AWS::Lambda::Function', physicalId: 'fn', reason: 'No such layer' };

test('a failed resource cancels its siblings and rolls the stack back, which keeps what it was', async () => {
  const stack = stackIn('UPDATE_COMPLETE');

  const { end, events } = await run(stack, { ...UPDATE, failures: [FAILED] });

  expect(end).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(stack.tags).toEqual({ version: 'old' });
  expect(events.slice(3)).toEqual([
    '100 Fn UPDATE_FAILED: No such layer',
    '100 Queue CREATE_FAILED: Resource creation cancelled',
    '100 s UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [Fn, Queue]. ',
    '100 Fn UPDATE_IN_PROGRESS',
    '200 Fn UPDATE_COMPLETE',
    '200 s UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    '220 s UPDATE_ROLLBACK_COMPLETE',
  ]);
});

test('a rollback can fail, too', async () => {
  const stack = stackIn('UPDATE_COMPLETE');

  const { end } = await run(stack, { ...UPDATE, failures: [FAILED], rollbackFails: true });

  expect(end).toBe('UPDATE_ROLLBACK_FAILED');
  expect(stack).toMatchObject({
    statusReason: 'The following resource(s) failed to update: [Fn]. ',
    resources: [{ logicalId: 'Fn', status: 'UPDATE_FAILED' }],
  });
});

test.each<StackStatus>([
  'UPDATE_IN_PROGRESS',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_FAILED',
  'ROLLBACK_COMPLETE',
  'DELETE_COMPLETE',
])('a stack that is %s takes no update', async (status) => {
  const stack = stackIn(status);

  await expect(run(stack, UPDATE)).rejects.toMatchObject({
    name: 'ValidationError',
    message: `Stack:${stack.stackId} is in ${status} state and can not be updated.`,
  });
  expect(stack.status).toBe(status);
});

test.each<StackStatus>(['CREATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE'])(
  'a stack that is %s takes one',
  async (status) => {
    expect((await run(stackIn(status), UPDATE)).end).toBe('UPDATE_COMPLETE');
  },
);
