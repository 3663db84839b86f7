import type { LambdaCall } from '../../../rehearsal/engine';
import { Interruption, type Habit } from '../../../rehearsal/matrix/interruption';
import { Faults } from '../../../rehearsal/aws/faults';
import { CallLog } from '../../../rehearsal/aws/call-log';
import type { ServiceCall } from '../../../rehearsal/aws/service';
import type { Account } from '../../../rehearsal/world/account';

const AT_ONCE: Habit = { passes: 1, actsAt: 1, changes: 'others' };

function call(stateName = 'Work', attempt = 0): LambdaCall {
  return { functionName: 'work', payload: {}, roleArn: 'r', executionArn: 'e', stateName, attempt };
}

/** An account of which only the door is there. */
class Door {
  readonly faults = new Faults();
  readonly callLog = new CallLog();
  readonly killed: string[] = [];

  get account(): Account {
    const isOurs = (arn: string): boolean => arn === 'our-table';
    const killFunction = (name: string): void => void this.killed.push(name);
    return { faults: this.faults, callLog: this.callLog, isOurs, killFunction } as unknown as Account;
  }

  /** A function calls; answers whether the answer is lost. */
  hear(operation: string, resource: string): boolean {
    const caller = { accountId: '1', roleArn: 'r', sessionName: 'work', accessKeyId: 'k' };
    const heard: ServiceCall = { service: 'ecs', operation, region: 'eu-west-1', input: {}, caller };
    const logged = this.callLog.add(heard, 0, [resource]);
    const lost = this.faults.take(heard) === 'lose-answer';
    if (lost) logged.outcome = { kind: 'answer-lost' };
    return lost;
  }
}

function interruption(
  name: ConstructorParameters<typeof Interruption>[0],
  habit = AT_ONCE,
  states = ['Work'],
): { on: Interruption; door: Door; stops: string[] } {
  const door = new Door();
  const stops: string[] = [];
  const stop = (): void => void stops.push('stopped');
  return { on: new Interruption(name, { account: door.account, states, habit, stop }), door, stops };
}

const DONE = { status: 'DONE' };
const GOES_ON = { status: 'IN_PROGRESS' };

describe('An interruption', () => {
  it('hits another state where the run goes round its own', async () => {
    const { on } = interruption('permanent-error', AT_ONCE, ['Work', 'Report']);
    await expect(on.around(call('Report'), () => Promise.resolve(DONE))).rejects.toThrow('Interrupted');
    expect(on.happened).toBe(true);
  });

  it('lets only its own state fail, and only until it is over', async () => {
    const { on } = interruption('permanent-error');
    await expect(on.around(call('Other'), () => Promise.resolve(DONE))).resolves.toBe(DONE);
    expect(on.happened).toBe(false);
    await expect(on.around(call(), () => Promise.resolve(DONE))).rejects.toThrow('Interrupted');
    expect(on.happened).toBe(true);
    on.over();
    await expect(on.around(call(), () => Promise.resolve(DONE))).resolves.toBe(DONE);
  });

  it('loses the answers of the pass that acts, and of its retries, but not those before', async () => {
    const { on } = interruption('crash-after-act', { ...AT_ONCE, passes: 3, actsAt: 2 });
    await expect(on.around(call(), () => Promise.resolve(GOES_ON))).resolves.toBe(GOES_ON);
    await expect(on.around(call(), () => Promise.resolve(GOES_ON))).rejects.toThrow('Lambda.Unknown');
    await expect(on.around(call('Work', 1), () => Promise.resolve(DONE))).rejects.toThrow('Lambda.Unknown');
  });

  it('kills the process with its first change of others, which is served and never answered', async () => {
    const { on, door } = interruption('crash-before-id');
    const lost: boolean[] = [];
    const run = async (): Promise<unknown> => {
      lost.push(door.hear('DescribeServices', 'a'), door.hear('PutItem', 'our-table'), door.hear('UpdateService', 'a'));
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('killed');
    };
    await expect(on.around(call(), run)).rejects.toThrow('killed');
    expect(lost).toEqual([false, false, true]);
    expect(door.killed).toEqual(['work']);
  });

  it('kills a process that changes nothing after its last call', async () => {
    const { on } = interruption('crash-before-id', { ...AT_ONCE, changes: 'nothing' });
    await expect(on.around(call(), () => Promise.resolve(DONE))).rejects.toThrow('Runtime.ExitError');
    expect(on.happened).toBe(true);
  });

  it('stops the root once, while the handler is at work', async () => {
    const { on, door, stops } = interruption('stop');
    const during: number[] = [];
    const run = (): Promise<unknown> => {
      door.hear('DescribeServices', 'a');
      during.push(stops.length);
      door.hear('DescribeServices', 'a');
      return Promise.resolve(DONE);
    };
    await on.around(call(), run);
    expect(during).toEqual([1]);
    expect(stops).toHaveLength(1);
  });
});
