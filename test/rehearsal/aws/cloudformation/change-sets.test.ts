import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateSummaryCommand,
  ListChangeSetsCommand,
  type CreateChangeSetCommandInput,
  type DescribeChangeSetCommandOutput,
} from '@aws-sdk/client-cloudformation';
import { StackEvents } from '../../../../rehearsal/aws/cloudformation/stack-events';
import type { SimulatedTemplate, TemplateChange } from '../../../../rehearsal/aws/cloudformation/stack-update';
import { ClockedStackUpdates } from '../../../../rehearsal/aws/cloudformation/stack-updates';
import { StackRegistry, type SimulatedStack } from '../../../../rehearsal/aws/cloudformation/stacks';
import { StacksApi } from '../../../../rehearsal/aws/cloudformation/stacks-api';
import { NOT_SIMULATED } from '../../../../rehearsal/aws/not-simulated';
import { Account, ACCOUNT, allow, REGION } from '../door-harness';

const StackName = 'console';
const TemplateURL = 'https://templates.s3.amazonaws.com/v2/console.template.json';
const Capabilities: CreateChangeSetCommandInput['Capabilities'] = ['CAPABILITY_NAMED_IAM'];

const CHANGES: TemplateChange[] = [
  { action: 'Modify', logicalId: 'Fn', type: 'AWS::Lambda::Function', replacement: 'Conditional' },
  { action: 'Add', logicalId: 'Queue', type: 'AWS::SQS::Queue' },
  { action: 'Remove', logicalId: 'Rule', type: 'AWS::Events::Rule', physicalId: 'rule' },
];

let account: Account;
let client: CloudFormationClient;
let stack: SimulatedStack;
let template: SimulatedTemplate;
let updates: ClockedStackUpdates;
let changes: readonly TemplateChange[];
let release: () => void;

async function open(policy = allow('*')): Promise<void> {
  account = new Account(policy);
  release = account.clock.hold();
  changes = CHANGES;
  stack = {
    region: REGION,
    stackName: StackName,
    stackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${StackName}/1`,
    description: 'Console',
    status: 'UPDATE_COMPLETE',
    parameters: { Email: 'a@example.com', Secret: '****', Old: 'x' },
    outputs: [],
    tags: {},
    resources: [{ logicalId: 'Fn', physicalId: 'fn', type: 'AWS::Lambda::Function' }],
    createdMs: 0,
  };
  template = {
    description: 'Console v2',
    parameters: [
      { key: 'Email', type: 'String', allowedPattern: '.+@.+' },
      { key: 'Secret', type: 'String', noEcho: true, allowedPattern: '\\w{8,}' },
      { key: 'Size', type: 'String', defaultValue: 'S', allowedValues: ['S', 'L'] },
    ],
    resourceTypes: ['AWS::Lambda::Function', 'AWS::IAM::Role'],
    capabilities: ['CAPABILITY_IAM'],
    changes: () => changes,
    update: () => ({ next: { tags: { release: '2' } }, seconds: 60, cleanupSeconds: 10 }),
  };
  const registry = new StackRegistry();
  registry.add(stack);
  updates = new ClockedStackUpdates(account.clock, new StackEvents(account.clock));
  const templates = (url: string): SimulatedTemplate | undefined => (url === TemplateURL ? template : undefined);
  await account.open(new StacksApi(registry, 2, { clock: account.clock, updates, templates, iam: account.iam }));
  client = account.client(CloudFormationClient, { maxAttempts: 1 });
}

beforeEach(() => open());
afterEach(async () => {
  release();
  await account.close();
});

const KEPT = [
  { ParameterKey: 'Email', UsePreviousValue: true },
  { ParameterKey: 'Secret', UsePreviousValue: true },
];

const create = (
  ChangeSetName = 'first',
  overrides: Partial<CreateChangeSetCommandInput> = {},
): Promise<{ Id?: string | undefined }> =>
  client.send(
    new CreateChangeSetCommand({ StackName, ChangeSetName, TemplateURL, Capabilities, Parameters: KEPT, ...overrides }),
  );
const describe_ = (ChangeSetName = 'first', NextToken?: string): Promise<DescribeChangeSetCommandOutput> =>
  client.send(
    new DescribeChangeSetCommand({ StackName, ChangeSetName, ...(NextToken === undefined ? {} : { NextToken }) }),
  );
const execute = (ChangeSetName = 'first', ClientRequestToken = 'token-1'): Promise<unknown> =>
  client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName, ClientRequestToken, DisableRollback: false }));
const names = async (): Promise<unknown> => {
  const { Summaries } = await client.send(new ListChangeSetsCommand({ StackName }));
  return (Summaries ?? []).map((set) => [set.ChangeSetName, set.Status, set.ExecutionStatus]);
};

async function later(seconds: number): Promise<void> {
  const unpark = account.clock.park();
  await account.clock.sleep(seconds * 1_000);
  unpark();
}

describe('the making of a change set', () => {
  it('takes a while and ends with the changes, page by page', async () => {
    const { Id } = await create();

    expect(await describe_()).toMatchObject({ Status: 'CREATE_PENDING', ExecutionStatus: 'UNAVAILABLE', Changes: [] });
    await later(2);
    expect(await describe_()).toMatchObject({ Status: 'CREATE_IN_PROGRESS', ExecutionStatus: 'UNAVAILABLE' });
    await later(5);
    const first = await describe_();
    const second = await describe_('first', first.NextToken);

    expect(first).toMatchObject({
      ChangeSetId: Id,
      Status: 'CREATE_COMPLETE',
      ExecutionStatus: 'AVAILABLE',
      Changes: [
        { ResourceChange: { Action: 'Modify', LogicalResourceId: 'Fn', Replacement: 'Conditional' } },
        { ResourceChange: { Action: 'Add', LogicalResourceId: 'Queue' } },
      ],
    });
    expect(first.Changes?.[1]?.ResourceChange?.Replacement).toBeUndefined();
    expect(second.Changes).toMatchObject([{ ResourceChange: { Action: 'Remove', PhysicalResourceId: 'rule' } }]);
    expect(second.NextToken).toBeUndefined();
    expect(stack.status).toBe('UPDATE_COMPLETE');
  });

  it.each([
    [[], "The submitted information didn't contain changes. Submit different information to create a change set."],
    [['CAPABILITY_AUTO_EXPAND'], 'No updates are to be performed.'],
  ])('fails without changes, in the words for templates that need %j', async (capabilities, StatusReason) => {
    changes = [];
    template = { ...template, capabilities };

    await create('first', { Capabilities: ['CAPABILITY_AUTO_EXPAND'] });
    await later(7);

    expect(await describe_()).toMatchObject({ Status: 'FAILED', ExecutionStatus: 'UNAVAILABLE', StatusReason });
  });

  it('lists no changes for outputs alone and still is complete', async () => {
    changes = [];
    template = { ...template, outputsChange: true };

    await create();
    await later(7);

    expect(await describe_()).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' });
  });

  it.each<[string, Partial<CreateChangeSetCommandInput>, string, string]>([
    ['a left out value', { Parameters: [] }, 'ValidationError', 'Parameters: [Email, Secret] must have values'],
    [
      'a parameter the template does not have',
      { Parameters: [...KEPT, { ParameterKey: 'Old', UsePreviousValue: true }] },
      'ValidationError',
      'Parameters: [Old] do not exist in the template',
    ],
    [
      'a previous value that there is none of',
      { Parameters: [...KEPT, { ParameterKey: 'Size', UsePreviousValue: true }] },
      'ValidationError',
      'Invalid input for parameter key Size. Cannot specify usePreviousValue as true for a parameter key not in the previous template',
    ],
    [
      'a previous value beside a value',
      { Parameters: [...KEPT, { ParameterKey: 'Size', ParameterValue: 'L', UsePreviousValue: true }] },
      'ValidationError',
      'Invalid input for parameter key Size. Cannot specify usePreviousValue as true and also specify a parameter value',
    ],
    [
      'a value that is not allowed',
      { Parameters: [...KEPT, { ParameterKey: 'Size', ParameterValue: 'M' }] },
      'ValidationError',
      "Parameter 'Size' must be one of AllowedValues",
    ],
    [
      'a value of another pattern',
      { Parameters: [{ ParameterKey: 'Email', ParameterValue: 'nobody' }, ...KEPT.slice(1)] },
      'ValidationError',
      "Parameter 'Email' must match pattern .+@.+",
    ],
    [
      'too few capabilities',
      { Capabilities: [] },
      'InsufficientCapabilitiesException',
      'Requires capabilities : [CAPABILITY_IAM]',
    ],
    [
      'a template that is not there',
      { TemplateURL: 'https://templates.s3.amazonaws.com/v3/console.template.json' },
      'ValidationError',
      'S3 error: The specified key does not exist.\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
    ],
    [
      'an address outside S3',
      { TemplateURL: 'https://example.com/x' },
      'ValidationError',
      'TemplateURL must be a supported URL.',
    ],
    ['an unknown stack', { StackName: 'nobody' }, 'ValidationError', 'Stack [nobody] does not exist'],
  ])('refuses %s', async (_name, overrides, name, message) => {
    await expect(create('first', overrides)).rejects.toMatchObject({ name, message });
    expect(await names()).toEqual([]);
  });

  it.each<[string, Partial<CreateChangeSetCommandInput>]>([
    ['a service role', { RoleARN: 'arn:aws:iam::111122223333:role/cfn' }],
    ['nested stacks', { IncludeNestedStacks: true }],
    ['a template in the request', { TemplateBody: '{}' }],
    ['a new stack', { ChangeSetType: 'CREATE' }],
  ])('is not simulated with %s', async (_name, overrides) => {
    await expect(create('first', overrides)).rejects.toMatchObject({ name: NOT_SIMULATED });
  });

  it('refuses a name that is taken, unless the very same request comes again', async () => {
    const { Id } = await create('first', { ClientToken: 'one' });

    await expect(create('first', { ClientToken: 'two' })).rejects.toMatchObject({ name: 'AlreadyExistsException' });
    expect((await create('first', { ClientToken: 'one' })).Id).toBe(Id);
  });

  it('refuses a stack that is being updated', async () => {
    void updates.begin(stack, { next: {}, seconds: 60, cleanupSeconds: 0 });

    await expect(create()).rejects.toMatchObject({
      message: `Stack:${stack.stackId} is in UPDATE_IN_PROGRESS state and can not be updated.`,
    });
  });
});

describe('the execution of a change set', () => {
  beforeEach(async () => {
    await create('other');
    await create();
    await later(7);
  });

  it('updates the stack, keeps hidden values hidden, and deletes all other change sets', async () => {
    await execute();

    expect(await names()).toEqual([['first', 'CREATE_COMPLETE', 'EXECUTE_IN_PROGRESS']]);
    await expect(describe_('other')).rejects.toMatchObject({ name: 'ChangeSetNotFoundException' });
    await later(61);
    expect(stack.status).toBe('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    await later(10);

    const { Stacks: [described] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    expect(described).toMatchObject({
      StackStatus: 'UPDATE_COMPLETE',
      Tags: [{ Key: 'release', Value: '2' }],
      Parameters: [
        { ParameterKey: 'Email', ParameterValue: 'a@example.com' },
        { ParameterKey: 'Secret', ParameterValue: '****' },
        { ParameterKey: 'Size', ParameterValue: 'S' },
      ],
    });
    expect(await names()).toEqual([['first', 'CREATE_COMPLETE', 'EXECUTE_COMPLETE']]);
  });

  it('is told by events, newest first and page by page, which carry its token', async () => {
    await execute();
    await later(80);

    const statuses: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const input = { StackName, ...(NextToken === undefined ? {} : { NextToken }) };
      const page = await client.send(new DescribeStackEventsCommand(input));
      expect(page.StackEvents?.length).toBeLessThanOrEqual(2);
      for (const event of page.StackEvents ?? []) {
        expect(event.ClientRequestToken).toBe('token-1');
        statuses.push(event.ResourceStatus);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);

    expect([statuses[0], statuses.at(-1)]).toEqual(['UPDATE_COMPLETE', 'UPDATE_IN_PROGRESS']);
  });

  it('refuses what is executed already, by status and by token', async () => {
    await execute();

    await expect(execute('first', 'token-2')).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
    await expect(execute()).rejects.toMatchObject({ name: 'TokenAlreadyExistsException' });
    await expect(execute('other', 'token-2')).rejects.toMatchObject({ name: 'ChangeSetNotFoundException' });
  });

  it('refuses one that is not made yet, and one that the stack has overtaken', async () => {
    await create('third');
    await expect(execute('third')).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
    const ended = updates.begin(stack, { next: {}, seconds: 1, cleanupSeconds: 1 });
    await later(5);
    await ended;

    expect(await describe_()).toMatchObject({ ExecutionStatus: 'OBSOLETE' });
    await expect(execute()).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
  });

  it('that fails has consumed the change set', async () => {
    const failure = { logicalId: 'Fn', type: 'AWS::Lambda::Function', reason: 'No' };
    template.update = () => ({ next: {}, seconds: 60, cleanupSeconds: 0, failures: [failure] });
    await execute();
    await later(130);

    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await names()).toEqual([['first', 'CREATE_COMPLETE', 'EXECUTE_FAILED']]);
    await expect(execute('first', 'token-2')).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
  });

  it('is not simulated without rollback', async () => {
    const call = new ExecuteChangeSetCommand({ StackName, ChangeSetName: 'first', DisableRollback: true });

    await expect(client.send(call)).rejects.toMatchObject({ name: NOT_SIMULATED });
  });

  it('can be given up', async () => {
    await client.send(new DeleteChangeSetCommand({ StackName, ChangeSetName: 'other' }));
    await client.send(new DeleteChangeSetCommand({ StackName, ChangeSetName: 'never-made' }));

    expect(await names()).toEqual([['first', 'CREATE_COMPLETE', 'AVAILABLE']]);
  });
});

test('a template’s summary tells parameters, types and capabilities', async () => {
  const summary = await client.send(new GetTemplateSummaryCommand({ TemplateURL }));

  expect(summary).toMatchObject({
    Description: 'Console v2',
    Capabilities: ['CAPABILITY_IAM'],
    ResourceTypes: ['AWS::Lambda::Function', 'AWS::IAM::Role'],
    Parameters: [
      { ParameterKey: 'Email', NoEcho: false },
      { ParameterKey: 'Secret', NoEcho: true },
      { ParameterKey: 'Size', DefaultValue: 'S', ParameterConstraints: { AllowedValues: ['S', 'L'] } },
    ],
  });
});

describe('permissions', () => {
  const reopen = async (...actions: string[]): Promise<void> => {
    release();
    await account.close();
    await open(allow(...actions));
  };

  it('to make a change set include reading the template', async () => {
    await reopen('cloudformation:*');

    await expect(create()).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(
        's3:GetObject on resource: arn:aws:s3:::templates/v2/console.template.json',
      ) as string,
    });
  });

  it('of the caller are those of CloudFormation, resource by resource', async () => {
    await reopen('cloudformation:*', 's3:GetObject', 'sqs:*', 'events:*');
    await create();
    await later(7);
    await execute();
    await later(60);

    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    const failed = updates.events.newestFirst(stack.stackId).filter(({ status }) => status.endsWith('_FAILED'));
    expect(failed.map(({ logicalId, reason }) => `${logicalId}: ${String(reason).slice(0, 34)}`)).toEqual([
      'Queue: Resource creation cancelled',
      'Fn: Resource handler returned message:',
    ]);
    expect(failed[1]?.reason).toContain('lambda:UpdateFunctionCode');
  });
});
