import {
  AlreadyExistsException,
  ChangeSetNotFoundException,
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  DescribeChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ResourceNotFoundException as LambdaResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import {
  DescribeStatementCommand,
  ExecuteStatementCommand,
  ExecuteStatementException,
  GetStatementResultCommand,
  RedshiftDataClient,
  ResourceNotFoundException,
  ValidationException,
} from '@aws-sdk/client-redshift-data';
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { NOT_SIMULATED } from '../../../../rehearsal/aws/not-simulated';
import { AwsError } from '../../../../rehearsal/aws/service';
import { Account, REGION, Scripted } from '../door-harness';

let account: Account;
let service: Scripted;

async function open(signingName: string): Promise<void> {
  service = new Scripted(signingName);
  account = await new Account().open(service);
}

afterEach(() => account.close());

describe('awsJson 1.1 (Redshift Data)', () => {
  let client: RedshiftDataClient;

  beforeEach(async () => {
    await open('redshift-data');
    client = account.client(RedshiftDataClient);
  });

  test('input, dates and nested structures arrive as the SDK sent them', async () => {
    const createdAt = new Date('2026-07-01T12:34:56.789Z');
    service.answer = () => ({ Id: 'id-1', CreatedAt: createdAt, DbGroups: ['a', 'b'] });
    const input = {
      Sql: 'SELECT \':name\' AS "ünï" -- ✓ 🙂',
      WorkgroupName: 'wg',
      Database: 'dev',
      ClientToken: 'token',
      Parameters: [{ name: 'name', value: 'x"\n' }],
      WaitTimeSeconds: 5,
    };

    const answer = await client.send(new ExecuteStatementCommand(input));

    expect(service.calls[0]).toMatchObject({
      service: 'redshift-data',
      operation: 'ExecuteStatement',
      region: REGION,
      input,
    });
    expect(answer).toMatchObject({ Id: 'id-1', CreatedAt: createdAt, DbGroups: ['a', 'b'] });
  });

  test('long integers, unions and blobs keep their value and type', async () => {
    const blob = new Uint8Array([0, 1, 254, 255]);
    service.answer = (call) =>
      call.operation === 'DescribeStatement'
        ? { Id: 'id', Duration: 7_200_000_000_000, ResultRows: -1, HasResultSet: false }
        : {
            Records: [
              [{ longValue: Number.MAX_SAFE_INTEGER }, { stringValue: 'é' }, { isNull: true }],
              [{ blobValue: blob }, { doubleValue: 1.5 }, { booleanValue: false }],
            ],
            TotalNumRows: 2,
          };

    const described = await client.send(new DescribeStatementCommand({ Id: 'id' }));
    const { Records } = await client.send(new GetStatementResultCommand({ Id: 'id' }));

    expect(described).toMatchObject({ Duration: 7_200_000_000_000, ResultRows: -1 });
    expect(Records?.[0]).toEqual([{ longValue: Number.MAX_SAFE_INTEGER }, { stringValue: 'é' }, { isNull: true }]);
    expect(Records?.[1]?.[0]).toEqual({ blobValue: blob });
  });

  test('modelled errors arrive as the classes of the SDK, with their members', async () => {
    service.answer = () => {
      throw new AwsError('ResourceNotFoundException', 'Query does not exist.', 400, { ResourceId: 'nope' });
    };
    const missing = await client.send(new DescribeStatementCommand({ Id: 'nope' })).catch((e: unknown) => e);
    service.answer = () => {
      throw new AwsError('ExecuteStatementException', 'Redshift endpoint doesn’t exist', 500, { StatementId: 's' });
    };
    const once = account.client(RedshiftDataClient, { maxAttempts: 1 });
    const failed = await once.send(new ExecuteStatementCommand({ Sql: 'x', Database: 'd' })).catch((e: unknown) => e);

    expect(missing).toBeInstanceOf(ResourceNotFoundException);
    expect(missing).toMatchObject({ message: 'Query does not exist.', ResourceId: 'nope' });
    expect(failed).toBeInstanceOf(ExecuteStatementException);
    expect(failed).toMatchObject({ StatementId: 's', $fault: 'server' });
  });

  test('an error common to all services keeps its name', async () => {
    service.answer = () => {
      throw new AwsError('ThrottlingException', 'Rate exceeded');
    };
    const once = account.client(RedshiftDataClient, { maxAttempts: 1 });
    const error = await once.send(new DescribeStatementCommand({ Id: 'i' })).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    expect(error).not.toBeInstanceOf(ValidationException);
  });

  test('an answer that the model does not describe is an error of the rehearsal, not a missing member', async () => {
    service.answer = () => ({ Id: 'id', Stauts: 'FINISHED' });
    const misspelt = client.send(new DescribeStatementCommand({ Id: 'id' }));
    await expect(misspelt).rejects.toThrow(/DescribeStatement has no member "Stauts"/);
    service.answer = () => ({ Id: 'id', CreatedAt: '2026-07-01' });
    await expect(client.send(new DescribeStatementCommand({ Id: 'id' }))).rejects.toThrow(/CreatedAt must be a Date/);
    expect(account.callLog.simulatorErrors()).toHaveLength(2);
  });
});

describe('awsJson 1.0 (Step Functions)', () => {
  test('operations with and without output round-trip, typed errors included', async () => {
    await open('states');
    const client = account.client(SFNClient);
    const startDate = new Date('2026-07-01T00:00:00.000Z');
    const machine = `arn:aws:states:${REGION}:111122223333:stateMachine:m`;
    service.answer = (call) => (call.operation === 'StartExecution' ? { executionArn: 'arn', startDate } : {});

    const started = await client.send(new StartExecutionCommand({ stateMachineArn: machine, input: '{"a":1}' }));
    await client.send(new SendTaskSuccessCommand({ taskToken: 't', output: '{}' }));

    expect(started).toMatchObject({ executionArn: 'arn', startDate });
    expect(service.calls[1]).toMatchObject({ operation: 'SendTaskSuccess', input: { taskToken: 't', output: '{}' } });

    service.answer = () => {
      throw new AwsError('ExecutionDoesNotExist', "Execution Does Not Exist: 'x'");
    };
    const executionArn = `arn:aws:states:${REGION}:111122223333:execution:m:x`;
    const describing = client.send(new DescribeExecutionCommand({ executionArn }));
    await expect(describing).rejects.toBeInstanceOf(ExecutionDoesNotExist);
  });
});

describe('awsQuery (CloudFormation)', () => {
  let client: CloudFormationClient;

  beforeEach(async () => {
    await open('cloudformation');
    client = account.client(CloudFormationClient);
  });

  test('nested lists, booleans, empty lists and characters special to XML survive both ways', async () => {
    const input = {
      StackName: 's',
      ChangeSetName: 'c',
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      Parameters: [
        { ParameterKey: 'A.b', ParameterValue: '<&> "é" +%' },
        { ParameterKey: 'B', UsePreviousValue: true },
        ...Array.from({ length: 10 }, (_, i) => ({ ParameterKey: `P${i}`, ParameterValue: String(i) })),
      ],
      NotificationARNs: [],
    } as const;
    await client.send(new CreateChangeSetCommand(input as never));
    expect(service.calls[0]?.input).toMatchObject(input);

    const stacks = [
      {
        StackName: 's',
        CreationTime: new Date('2026-07-01T01:02:03.000Z'),
        StackStatus: 'UPDATE_COMPLETE',
        Description: 'a <b> & "c"',
        DisableRollback: false,
        Outputs: [{ OutputKey: 'K', OutputValue: '' }],
        Tags: [],
        Capabilities: ['CAPABILITY_IAM'],
      },
    ];
    service.answer = () => ({ Stacks: stacks });
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 's' }));
    expect(Stacks).toEqual(stacks);
  });

  test('operations without output and without input work', async () => {
    await client.send(new ExecuteChangeSetCommand({ StackName: 's', ChangeSetName: 'c' }));
    await client.send(new DeleteChangeSetCommand({ StackName: 's', ChangeSetName: 'c' }));
    await client.send(new DescribeStacksCommand({}));
    expect(service.calls.map(({ input }) => input)).toEqual([
      { StackName: 's', ChangeSetName: 'c' },
      { StackName: 's', ChangeSetName: 'c' },
      {},
    ]);
  });

  test('typed errors are found by their query code; ValidationError stays what it is', async () => {
    const failing = (name: string, command: DescribeChangeSetCommand | DescribeStacksCommand): Promise<unknown> => {
      service.answer = () => {
        throw new AwsError(name, `the <message> of ${name}`);
      };
      return client.send(command as DescribeChangeSetCommand).catch((e: unknown) => e);
    };
    const describe = new DescribeChangeSetCommand({ StackName: 's', ChangeSetName: 'c' });

    expect(await failing('AlreadyExistsException', describe)).toBeInstanceOf(AlreadyExistsException);
    const missing = await failing('ChangeSetNotFoundException', describe);
    expect(missing).toBeInstanceOf(ChangeSetNotFoundException);
    expect(missing).toMatchObject({ message: 'the <message> of ChangeSetNotFoundException' });
    const invalid = await failing('ValidationError', new DescribeStacksCommand({ StackName: 's' }));
    expect(invalid).toMatchObject({ name: 'ValidationError', message: 'the <message> of ValidationError' });
  });
});

describe('restJson1 (Lambda)', () => {
  let client: LambdaClient;

  beforeEach(async () => {
    await open('lambda');
    client = account.client(LambdaClient);
  });

  test('labels, headers, query strings and payloads are read from where they were written', async () => {
    service.answer = () => ({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      ExecutedVersion: '7',
      Payload: Buffer.from('{"errorType":"E"}'),
    });
    const answer = await client.send(
      new InvokeCommand({
        FunctionName: 'f-1',
        Qualifier: '7',
        InvocationType: 'RequestResponse',
        Payload: '{"a":"é"}',
      }),
    );
    const input = service.calls[0]?.input ?? {};
    expect(input).toMatchObject({ FunctionName: 'f-1', Qualifier: '7', InvocationType: 'RequestResponse' });
    expect((input['Payload'] as Buffer).toString('utf8')).toBe('{"a":"é"}');
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '7' });
    expect(answer.Payload?.transformToString()).toBe('{"errorType":"E"}');
  });

  test('members of the body round-trip and numbers in the query string are numbers', async () => {
    service.answer = (call) =>
      call.operation === 'ListFunctions'
        ? {
            Functions: [{ FunctionName: 'f', Environment: { Variables: { A: '1' } }, MemorySize: 128 }],
            NextMarker: 'm',
          }
        : { FunctionName: 'f', Environment: { Variables: { VERSION: 'v1.1.5' } } };
    const listed = await client.send(new ListFunctionsCommand({ MaxItems: 5 }));
    const configuration = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'f' }));
    expect(service.calls[0]?.input).toEqual({ MaxItems: 5 });
    expect(listed.Functions?.[0]).toEqual({
      FunctionName: 'f',
      Environment: { Variables: { A: '1' } },
      MemorySize: 128,
    });
    expect(configuration.Environment?.Variables).toEqual({ VERSION: 'v1.1.5' });
  });

  test('typed errors carry message and status', async () => {
    service.answer = () => {
      throw new AwsError('ResourceNotFoundException', 'Function not found: arn', 400, { Type: 'User' });
    };
    const error = await client
      .send(new GetFunctionConfigurationCommand({ FunctionName: 'f' }))
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(LambdaResourceNotFoundException);
    expect(error).toMatchObject({
      message: 'Function not found: arn',
      Type: 'User',
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe('what is not simulated', () => {
  test('an operation whose permissions nobody wrote down is refused', async () => {
    await open('ecs');
    const error = await account
      .client(ECSClient)
      .send(new ListClustersCommand({}))
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ name: NOT_SIMULATED });
    expect(service.calls).toHaveLength(0);
  });

  test('a service that is not behind the door is refused with its name', async () => {
    await open('states');
    const listing = account.client(ECSClient).send(new ListClustersCommand({}));
    await expect(listing).rejects.toThrow('The rehearsal does not simulate the service "ecs"');
  });

  test('also where the protocol is XML, the refusal says what is missing', async () => {
    await open('states');
    const error = await account
      .client(CloudFormationClient)
      .send(new DescribeStacksCommand({}))
      .catch((e: unknown) => e);
    expect((error as Error).message).toContain('does not simulate the service "cloudformation"');
  });
});
