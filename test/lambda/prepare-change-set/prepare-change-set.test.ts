import { approvedChanges, approvedKey, changesDocument, changesKey } from '../../../lambda/shared/change-set/approved';
import { StateTable } from '../../../lambda/shared/state-table';
import { converge, summaryOf } from '../../../lambda/prepare-change-set/prepare-change-set';
import { ConsoleBench, type ConsoleOnBench } from '../support/console-bench';

const bench = new ConsoleBench();
beforeAll(() => bench.open());
afterAll(() => bench.close());

const approvedOf = (console: ConsoleOnBench): Promise<unknown> =>
  new StateTable('state').get(approvedKey(console.root), approvedChanges);
const documentOf = (console: ConsoleOnBench): ReturnType<typeof changesDocument.parse> =>
  changesDocument.parse(JSON.parse(bench.buckets.readObject('plans', changesKey(console.root))?.toString() ?? ''));
const changeSetsOf = (console: ConsoleOnBench): ReturnType<typeof bench.changeSets> =>
  bench.changeSets(console.stack.stackId);

test('a change set is made, described over every page, and written down with the risky changes first', async () => {
  const console = await bench.console();

  const { answer } = await console.run(converge);

  expect(answer).toMatchObject({ status: 'DONE', facts: { changes: 5, risky: 1 } });
  expect(answer.summary).toBe(
    `${console.plan.stackName}: 1 risky: Modify DynamoDB::Table Dictionary (replacement: Conditional); 5 changes: 1 Add, 3 Modify, 1 Remove in all`,
  );
  const document = documentOf(console);
  expect(document.changes.map(({ logicalId }) => logicalId)).toEqual([
    'Dictionary',
    'ClickStreamApiApiFunction684A4D61',
    'ListenStackStatusQueue',
    'ApiRole',
    'OldRule',
  ]);
  expect(document).toMatchObject({ counts: '5 changes: 1 Add, 3 Modify, 1 Remove', targetVersion: 'v1.1.7' });
  expect(await approvedOf(console)).toMatchObject({
    nothing: false,
    changes: document.changes,
    changeSet: document.changeSet?.name,
  });
  expect(console.stack.status).toBe('UPDATE_COMPLETE');
  expect(console.calls('ExecuteChangeSet')).toEqual([]);
});

test('the request keeps previous values, names all capabilities and never a service role', async () => {
  const console = await bench.console({
    parameters: [
      { key: 'Email', use: 'previous' },
      { key: 'IamRolePrefix', use: 'value', value: 'acme' },
    ],
  });

  await console.run(converge);

  const [call] = bench.inputs('CreateChangeSet', console.stack.stackId);
  expect(call).toMatchObject({
    Parameters: [
      { ParameterKey: 'Email', UsePreviousValue: true },
      { ParameterKey: 'IamRolePrefix', ParameterValue: 'acme' },
    ],
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    IncludeNestedStacks: false,
    TemplateURL: console.plan.templateUrl,
  });
  expect(call).not.toHaveProperty('RoleARN');
});

test.each([
  ['as CloudFormation says it', []],
  ['as it says it of templates with transforms', ['CAPABILITY_AUTO_EXPAND']],
])('an empty change set, %s, is nothing to do and is deleted', async (_name, capabilities) => {
  const console = await bench.console();
  console.changes = [];
  Object.assign(console.template, { capabilities });

  const { answer } = await console.run(converge);

  expect(answer).toMatchObject({ status: 'DONE', summary: `${console.plan.stackName}: the template changes nothing` });
  expect(await approvedOf(console)).toMatchObject({ nothing: true, changes: [] });
  expect(documentOf(console).changeSet).toBeUndefined();
  expect((await changeSetsOf(console)).Summaries ?? []).toEqual([]);
});

test('an update of outputs alone lists no changes and still is one', async () => {
  const console = await bench.console();
  console.changes = [];
  Object.assign(console.template, { outputsChange: true });

  const { answer } = await console.run(converge);

  expect(answer).toMatchObject({ status: 'DONE', facts: { changes: 0 } });
  expect(await approvedOf(console)).toMatchObject({ nothing: false });
});

test('a refused request is told with CloudFormation’s reason, and a redrive makes another', async () => {
  const console = await bench.console({ parameters: [] });

  await expect(console.run(converge)).rejects.toMatchObject({
    name: 'ChangeSetFailed',
    report: { why: 'Parameters: [Email] must have values', redrive: 'yes' },
  });
  Object.assign(console.template.parameters[0] ?? {}, { defaultValue: 'nobody@example.com' });
  console.redrive = 1;
  const { answer } = await console.run(converge);

  expect(answer.status).toBe('DONE');
  expect((await changeSetsOf(console)).Summaries).toHaveLength(1);
});

test('a missing template is told with the words of S3', async () => {
  const console = await bench.console();
  bench.removeTemplate(console.plan.templateUrl ?? '');

  await expect(console.run(converge)).rejects.toMatchObject({
    name: 'ChangeSetFailed',
    report: { why: expect.stringContaining('S3 error: The specified key does not exist.') as string },
  });
});

test('somebody else’s update is waited for', async () => {
  const console = await bench.console();
  void bench.updates.begin(console.stack, { next: {}, seconds: 300, cleanupSeconds: 30 }, 'Console-UpdateStack-1');

  const { answer, summaries } = await console.run(converge);

  expect(summaries[0]).toBe(`waiting for stack ${console.plan.stackName}, which is UPDATE_IN_PROGRESS`);
  expect(answer.status).toBe('DONE');
});

test('a change set that the stack has overtaken is made anew', async () => {
  const console = await bench.console();
  await console.pass(converge);
  await bench.later(10);
  await bench.during(bench.updates.begin(console.stack, { next: {}, seconds: 1, cleanupSeconds: 1 }), 5);

  const { answer, summaries } = await console.run(converge);

  expect(summaries[0]).toMatch(/was obsolete and is made anew$/);
  expect(answer.status).toBe('DONE');
  expect((await changeSetsOf(console)).Summaries).toHaveLength(1);
});

test('a request whose answer was lost is found again, not repeated', async () => {
  const console = await bench.console();
  bench.account.faults.add({
    match: ({ operation, input }) => operation === 'CreateChangeSet' && input['StackName'] === console.stack.stackId,
    times: 1,
    effect: 'lose-answer',
  });

  await expect(console.pass(converge)).rejects.toThrow();
  const { answer } = await console.run(converge);

  expect(answer.status).toBe('DONE');
  expect(console.calls('CreateChangeSet')).toHaveLength(1);
});

test('a console that the plan skips is left alone', async () => {
  const console = await bench.console({ decision: 'skip', reason: 'it is at v1.1.7' });

  expect(await console.pass(converge)).toMatchObject({ status: 'DONE', summary: 'skipped: it is at v1.1.7' });
  expect(console.calls('CreateChangeSet')).toEqual([]);
});

test('many risky changes are counted, not all named', () => {
  const changes = Array.from({ length: 8 }, (_, index) => ({
    action: 'Remove',
    logicalId: `T${String(index)}`,
    type: 'AWS::DynamoDB::Table',
  }));

  expect(summaryOf('S', changes)).toMatch(/^S: 8 risky: Remove DynamoDB::Table T0; .* T4; and 3 more; 8 changes/);
  expect(summaryOf('S', [])).toBe('S: 0 changes; nothing that holds data is replaced or removed');
});
