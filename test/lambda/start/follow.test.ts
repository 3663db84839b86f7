import type { StartDecision } from '../../../lambda/start/decide';
import { executionName } from '../../../lambda/start/execution-name';
import { follow, type Outcome } from '../../../lambda/start/start';
import { StatesApi } from '../../../rehearsal/aws/states/states-api';
import { StepFunctionsEngine } from '../../../rehearsal/engine';
import { Account, ACCOUNT, REGION } from '../../rehearsal/aws/door-harness';

const MACHINE_ARN = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:ClickstreamUpgrade`;
const key = { subject: 'console', version: 'v1.1.7-202409201200', updatedMs: Date.UTC(2026, 5, 15, 9, 30, 12) };
const NAME = executionName(key);
const ARN = `arn:aws:states:${REGION}:${ACCOUNT}:execution:ClickstreamUpgrade:${NAME}`;
const START: StartDecision = { do: 'start', input: { mode: 'plan' }, key };
const RUNNING: StartDecision = { do: 'ignore', because: 'running-upgrade', what: 'one is running', key };

describe('An event that has been decided upon', () => {
  const account = new Account();
  const environment = { ...process.env };
  let engine: StepFunctionsEngine;
  let finish: () => void = () => undefined;

  const come = (decision: StartDecision): Promise<Outcome> =>
    follow(decision, { stackName: 'console' }, { MACHINE_ARN });

  beforeAll(async () => {
    engine = new StepFunctionsEngine({
      clock: account.clock,
      accountId: ACCOUNT,
      partition: 'aws',
      invokeLambda: () => Promise.resolve({}),
      putObject: () => Promise.resolve(),
    });
    const ended = new Promise<void>((resolve) => (finish = resolve));
    engine.registerForeignMachine({ arn: MACHINE_ARN, name: 'ClickstreamUpgrade', run: () => ended.then(() => ({})) });
    await account.open(new StatesApi(engine, { now: () => account.clock.now() }));
    Object.assign(process.env, account.environment());
  });
  afterAll(async () => {
    process.env = environment;
    await account.close();
  });

  it('starts an execution; the same event is a duplicate while that runs, has the lock or not, and when it has ended', async () => {
    const other = { ...RUNNING, key: { ...key, subject: 'shop' } };

    expect(await come(RUNNING)).toMatchObject({ outcome: 'ignored', because: 'running-upgrade' });
    expect(await come(START)).toMatchObject({ outcome: 'started', execution: NAME });
    expect(await come(START)).toMatchObject({ outcome: 'duplicate', execution: NAME });
    expect(await come(RUNNING)).toMatchObject({ outcome: 'duplicate', execution: NAME });
    expect(await come(other)).toMatchObject({ outcome: 'ignored', because: 'running-upgrade' });
    finish();
    await engine.waitForEnd(ARN);
    expect(await come(START)).toMatchObject({ outcome: 'duplicate', execution: NAME });
    const { executions } = engine.listExecutions({ stateMachineArn: MACHINE_ARN });
    expect(executions).toHaveLength(1);
  });

  it('is looked into no further where nothing could be started for it', async () => {
    const before = account.callLog.calls.length;
    const gone: StartDecision = { do: 'ignore', because: 'moved-on', what: 'the stack is gone' };

    expect(await come(gone)).toEqual({
      outcome: 'ignored',
      because: 'moved-on',
      summary: 'console starts nothing: the stack is gone',
    });
    expect(account.callLog.calls).toHaveLength(before);
  });
});
