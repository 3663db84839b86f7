import { UpdateJournal } from '../../../lambda/shared/change-set/update-record';
import { StateTable } from '../../../lambda/shared/state-table';
import { converge as prepare } from '../../../lambda/prepare-change-set/prepare-change-set';
import { converge } from '../../../lambda/upgrade-console/upgrade-console';
import type { StackUpdate } from '../../../rehearsal/aws/cloudformation/stack-update';
import { allow, ROLE, trustedBy } from '../../rehearsal/aws/door-harness';
import { CHANGES, ConsoleBench, TO, type ConsoleOnBench } from '../support/console-bench';

jest.setTimeout(60_000);

const bench = new ConsoleBench();
beforeAll(() => bench.open());
afterAll(() => bench.close());

const recordOf = (console: ConsoleOnBench): ReturnType<UpdateJournal['read']> =>
  new UpdateJournal(new StateTable('state'), console.plan).read();

/** A console whose change set is made and approved. */
async function prepared(update: Partial<StackUpdate> = {}): Promise<ConsoleOnBench> {
  const console = await bench.console();
  console.update = update;
  await console.run(prepare);
  return console;
}

const FAILURE = {
  failures: [{ logicalId: 'ApiRole', type: 'AWS::IAM::Role', reason: 'Role is attached elsewhere (409)' }],
};

const redriven = (console: ConsoleOnBench): ConsoleOnBench => Object.assign(console, { redrive: console.redrive + 1 });

test('the approved change set is executed once, and followed until stack, function and dictionary agree', async () => {
  const console = await prepared();

  const { answer, summaries } = await console.run(converge);

  expect(answer).toMatchObject({ status: 'DONE', summary: `${console.plan.stackName} is at v1.1.7` });
  expect(summaries[0]).toBe(`the update of ${console.plan.stackName} was begun: 5 changes: 1 Add, 3 Modify, 1 Remove`);
  expect(console.stack.status).toBe('UPDATE_COMPLETE');
  const [call, ...others] = bench.inputs('ExecuteChangeSet', console.stack.stackId);
  expect(others).toEqual([]);
  expect(call).toMatchObject({
    DisableRollback: false,
    ClientRequestToken: expect.stringMatching(/^clickstream-upgrade-/) as string,
  });
  expect(await recordOf(console)).toMatchObject({ state: 'done', token: call?.['ClientRequestToken'] });
});

test('a console that is at its target is done at once', async () => {
  const console = await prepared();
  await console.run(converge);

  expect(await console.pass(converge)).toMatchObject({ status: 'DONE' });
  expect(console.calls('ExecuteChangeSet')).toHaveLength(1);
});

test('the record is written before the change set is executed', async () => {
  const console = await prepared();
  bench.account.faults.add({ match: ({ operation }) => operation === 'ExecuteChangeSet', times: 1, effect: 'drop' });

  await expect(console.pass(converge)).rejects.toThrow();

  expect(await recordOf(console)).toMatchObject({ state: 'open' });
  const { answer } = await console.run(converge);
  expect(answer.status).toBe('DONE');
  const tokens = bench.inputs('ExecuteChangeSet', console.stack.stackId).map((input) => input['ClientRequestToken']);
  expect(tokens).toEqual([(await recordOf(console))?.token]);
});

test('an execution whose answer was lost is recognised by its token and not repeated', async () => {
  const console = await prepared();
  bench.account.faults.add({
    match: ({ operation }) => operation === 'ExecuteChangeSet',
    times: 1,
    effect: 'lose-answer',
  });

  await expect(console.pass(converge)).rejects.toThrow();
  const { answer, summaries } = await console.run(converge);

  expect(answer.status).toBe('DONE');
  expect(summaries[0]).toMatch(/is UPDATE_IN_PROGRESS/);
  expect(console.calls('ExecuteChangeSet')).toHaveLength(1);
});

test('an update that ended while nobody looked is recognised as well', async () => {
  const console = await prepared(FAILURE);
  bench.account.faults.add({
    match: ({ operation }) => operation === 'ExecuteChangeSet',
    times: 1,
    effect: 'lose-answer',
  });
  await expect(console.pass(converge)).rejects.toThrow();
  await bench.later(3_600);

  await expect(console.run(converge)).rejects.toMatchObject({ name: 'ConsoleUpdateFailed' });
  expect(console.calls('ExecuteChangeSet')).toHaveLength(1);
});

test('a rollback is told with the first reason, not with those of cancelled siblings', async () => {
  const console = await prepared(FAILURE);

  const failure = console.run(converge);

  await expect(failure).rejects.toMatchObject({
    name: 'ConsoleUpdateFailed',
    report: {
      what: `The update of ${console.plan.stackName} to v1.1.7 failed; the stack is UPDATE_ROLLBACK_COMPLETE.`,
      why: 'ApiRole (AWS::IAM::Role): Role is attached elsewhere (409)',
      redrive: 'yes',
    },
  });
  expect(bench.events.newestFirst(console.stack.stackId).map(({ reason }) => reason)).toContain(
    'Resource update cancelled',
  );
  expect(await recordOf(console)).toMatchObject({ state: 'dead', ended: 'UPDATE_ROLLBACK_COMPLETE' });
});

test('a failure is not begun again without a redrive', async () => {
  const console = await prepared(FAILURE);
  await expect(console.run(converge)).rejects.toMatchObject({ name: 'ConsoleUpdateFailed' });

  await expect(console.run(converge)).rejects.toMatchObject({
    name: 'ConsoleUpdateFailed',
    report: { why: 'ApiRole (AWS::IAM::Role): Role is attached elsewhere (409)' },
  });
  expect(console.calls('ExecuteChangeSet')).toHaveLength(1);
});

test('a redrive makes a new change set and executes it when it changes no more than was approved', async () => {
  const console = await prepared(FAILURE);
  await expect(console.run(converge)).rejects.toMatchObject({ name: 'ConsoleUpdateFailed' });
  console.update = {};
  console.changes = CHANGES.slice(0, 4);

  const { answer } = await redriven(console).run(converge);

  expect(answer.status).toBe('DONE');
  expect(console.calls('ExecuteChangeSet')).toHaveLength(2);
  expect(console.calls('CreateChangeSet')).toHaveLength(2);
});

test.each([
  ['another resource', { action: 'Remove' as const, logicalId: 'Users', type: 'AWS::Cognito::UserPool' }, 'Users'],
  [
    'a replacement that was only possible before',
    {
      action: 'Modify' as const,
      logicalId: 'Dictionary',
      type: 'AWS::DynamoDB::Table',
      replacement: 'True' as const,
    },
    'Dictionary',
  ],
])('a redrive refuses %s', async (_name, extra, path) => {
  const console = await prepared(FAILURE);
  await expect(console.run(converge)).rejects.toMatchObject({ name: 'ConsoleUpdateFailed' });
  console.update = {};
  console.changes = [...CHANGES.slice(0, 4), extra];

  await expect(redriven(console).run(converge)).rejects.toMatchObject({
    name: 'ChangeSetDiffers',
    report: { redrive: 'no', problems: [{ path }] },
  });
  expect(console.calls('ExecuteChangeSet')).toHaveLength(1);
  expect((await bench.changeSets(console.stack.stackId)).Summaries ?? []).toEqual([]);
  // The new execution that the operator is told to start needs it.
  expect(await console.lockState()).toBe('released');
});

test('nothing is executed without the lock, for example by a redrive of an execution that gave it back', async () => {
  const console = await prepared();
  await console.setLock('released');

  await expect(console.run(converge)).rejects.toMatchObject({ name: 'LockLost', report: { redrive: 'no' } });
  expect(console.calls('ExecuteChangeSet')).toEqual([]);
});

test('changes of a template of the same release are made, and made once', async () => {
  const console = await bench.console({ version: TO });
  console.setApiVersion(TO);
  await console.setDictionary(TO);
  await console.run(prepare);

  expect((await console.run(converge)).answer.status).toBe('DONE');
  expect((await console.run(converge)).answer.status).toBe('DONE');
  expect(console.calls('ExecuteChangeSet')).toHaveLength(1);
  expect(console.stack.updatedMs).toBeDefined();
});

test('changes of the same release that somebody has made meanwhile are not made again', async () => {
  const console = await bench.console({ version: TO });
  console.setApiVersion(TO);
  await console.setDictionary(TO);
  await console.run(prepare);
  await bench.during(bench.updates.begin(console.stack, { next: {}, seconds: 60, cleanupSeconds: 0 }), 120);
  console.changes = [];

  const { answer } = await console.run(converge);

  expect(answer).toMatchObject({ status: 'DONE', summary: `${console.plan.stackName} has what the template says` });
  expect(console.calls('ExecuteChangeSet')).toEqual([]);
  expect((await bench.changeSets(console.stack.stackId)).Summaries ?? []).toEqual([]);
});

test('a template of the same release that changes nothing is done at once', async () => {
  const console = await bench.console({ version: TO });
  console.setApiVersion(TO);
  await console.setDictionary(TO);
  console.changes = [];
  await console.run(prepare);

  expect(await console.pass(converge)).toMatchObject({ status: 'DONE' });
});

test('a rollback that fails is told with the way out, and a redrive waits for it', async () => {
  const console = await prepared({ ...FAILURE, rollbackFails: true });

  await expect(console.run(converge)).rejects.toMatchObject({
    report: { next: expect.stringContaining('Continue update rollback') as string },
  });
  await expect(redriven(console).run(converge)).rejects.toMatchObject({
    name: 'ConsoleUpdateFailed',
    report: { what: `${console.plan.stackName} is UPDATE_ROLLBACK_FAILED and cannot be updated.` },
  });
  console.stack.status = 'UPDATE_ROLLBACK_COMPLETE';
  console.update = {};

  expect((await redriven(console).run(converge)).answer.status).toBe('DONE');
});

test('somebody else’s update is waited for, and makes the approved change set obsolete', async () => {
  const console = await prepared();
  void bench.updates.begin(console.stack, { next: {}, seconds: 120, cleanupSeconds: 0 }, 'Console-UpdateStack-1');

  const { answer, summaries } = await console.run(converge);

  expect(summaries[0]).toBe(`waiting for another update of ${console.plan.stackName}, which is UPDATE_IN_PROGRESS`);
  expect(answer.status).toBe('DONE');
  expect(console.calls('CreateChangeSet')).toHaveLength(2);
});

test('a dictionary that lags is waited for', async () => {
  const console = await prepared({ onUpdated: () => console.setApiVersion(TO) });
  bench.account.clock.at(bench.account.clock.now() + 1_200_000, () => void console.setDictionary('latest'));
  bench.account.clock.at(bench.account.clock.now() + 1_500_000, () => void console.setDictionary(TO));

  const { answer, summaries } = await console.run(converge);

  expect(answer.status).toBe('DONE');
  expect(summaries).toContain(
    `${console.plan.stackName} is complete; waiting for it to say v1.1.7: API function v1.1.7, dictionary v1.1.5`,
  );
});

test('a dictionary that never comes is an error after half an hour, and a redrive looks again', async () => {
  const console = await prepared({ onUpdated: () => console.setApiVersion(TO) });

  await expect(console.run(converge)).rejects.toMatchObject({
    name: 'ConsoleUpdateFailed',
    report: {
      why: expect.stringContaining('dictionary table v1.1.5') as string,
      what: `${console.plan.stackName} is UPDATE_COMPLETE, but the web console is not at v1.1.7.`,
    },
  });
  await console.setDictionary(TO);

  expect((await redriven(console).run(converge)).answer.status).toBe('DONE');
  expect(console.calls('ExecuteChangeSet')).toHaveLength(1);
});

test('a template without changes for a console that is not at its target is refused', async () => {
  const console = await bench.console();
  console.changes = [];
  await console.run(prepare);

  await expect(console.run(converge)).rejects.toMatchObject({ name: 'ConsoleUpdateFailed', report: { redrive: 'no' } });
});

test('nothing is executed that nobody was shown', async () => {
  const console = await bench.console();

  await expect(console.run(converge)).rejects.toMatchObject({ name: 'ChangeSetDiffers' });
  expect(console.calls('ExecuteChangeSet')).toEqual([]);
});

test('without a service role CloudFormation has no more permissions than the caller', async () => {
  const console = await prepared();
  bench.account.iam.registerRole({
    roleArn: ROLE,
    trustPolicy: trustedBy({ Service: 'lambda.amazonaws.com' }),
    policies: [
      {
        name: 'no resources',
        document: allow('cloudformation:*', 'dynamodb:*', 's3:*', 'lambda:Get*', 'states:Describe*'),
      },
    ],
  });

  const failure = await console.run(converge).catch((error: unknown) => error);

  bench.account.iam.registerRole({
    roleArn: ROLE,
    trustPolicy: trustedBy({ Service: 'lambda.amazonaws.com' }),
    policies: [{ name: 'test', document: allow('*') }],
  });
  expect(failure).toMatchObject({
    name: 'ConsoleUpdateFailed',
    report: {
      why: expect.stringMatching(
        /^ClickStreamApiApiFunction684A4D61 \(AWS::Lambda::Function\): .*lambda:UpdateFunctionCode/,
      ) as string,
      next: expect.stringContaining('executionPolicy') as string,
    },
  });
});

test('with a service role the caller’s own permissions do not matter', async () => {
  const console = await prepared();
  const roleArn = 'arn:aws:iam::111122223333:role/cloudformation';
  bench.account.iam.registerRole({
    roleArn,
    trustPolicy: trustedBy({ Service: 'cloudformation.amazonaws.com' }),
    policies: [{ name: 'nothing', document: allow('sqs:*') }],
  });
  console.stack.roleArn = roleArn;

  await expect(console.run(converge)).rejects.toMatchObject({
    report: { why: expect.stringContaining('assumed-role/cloudformation/AWSCloudFormation') as string },
  });
});

test('a failed resource of a nested stack is named with its own reason', async () => {
  const console = await prepared();
  const nested = {
    ...console.stack,
    stackName: `${console.stack.stackName}-Nested`,
    stackId: console.stack.stackId.replace('stack/', 'stack/nested-'),
    parentId: console.stack.stackId,
    rootId: console.stack.stackId,
  };
  bench.registry.add(nested);
  console.update = {
    failures: [
      {
        logicalId: 'Nested',
        type: 'AWS::CloudFormation::Stack',
        physicalId: nested.stackId,
        reason: `Embedded stack ${nested.stackId} was not successfully updated.`,
      },
    ],
  };
  await console.pass(converge);
  const token = (await recordOf(console))?.token;
  bench.events.add(
    nested,
    { logicalId: 'Inner', type: 'AWS::SQS::Queue', status: 'UPDATE_FAILED', reason: 'Name is taken' },
    token,
  );

  await expect(console.run(converge)).rejects.toMatchObject({
    report: { why: 'Nested/Inner (AWS::SQS::Queue): Name is taken' },
  });
});

test('a new root goes its own way after the failure of another', async () => {
  const console = await prepared(FAILURE);
  await expect(console.run(converge)).rejects.toMatchObject({ name: 'ConsoleUpdateFailed' });
  console.update = {};
  Object.assign(console, { root: `${console.root}-again` });
  await console.setLock('held');
  await console.run(prepare);

  expect((await console.run(converge)).answer.status).toBe('DONE');
});

test('a console that the plan skips is left alone', async () => {
  const console = await bench.console({ decision: 'skip', reason: 'it is at v1.1.7' });

  expect(await console.pass(converge)).toMatchObject({ status: 'DONE', summary: 'skipped: it is at v1.1.7' });
});
