import {
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { createModelledData } from '../../../rehearsal/world/modelled-data';
import { buildWorld, type World } from '../../../rehearsal/world/world';
import { allow, trustedBy } from '../aws/door-harness';

jest.setTimeout(180_000);

const LOOKER = 'arn:aws:iam::111122223333:role/looker';
const NAME = 'ClickstreamUpgrade-udf';
const REGIONS = ['eu-west-1', 'ap-southeast-1'];
const functionArn = (region: string): string => `arn:aws:lambda:${region}:111122223333:function:${NAME}`;
const roleArn = (region: string): string => `arn:aws:iam::111122223333:role/${NAME}-${region}`;

function worldWith(udfRegions?: readonly string[]): Promise<World> {
  const projects = REGIONS.map((region, index) => ({
    projectId: `shop_${String(index)}`,
    region,
    apps: [{ appId: 'webshop', timezone: 'Europe/Berlin' }],
  }));
  return buildWorld(
    { seed: 1, events: 100, days: 2, projects },
    { plane: createModelledData, ...(udfRegions === undefined ? {} : { udfRegions }) },
  );
}

describe('The Lambda that Redshift calls, in a world with pipelines in two regions', () => {
  let world: World;
  const clients: LambdaClient[] = [];
  beforeAll(async () => {
    world = await worldWith();
    const policy = allow('lambda:GetFunctionConfiguration', 'lambda:GetFunction', 'lambda:GetAccountSettings');
    world.account.iam.registerRole({
      roleArn: LOOKER,
      trustPolicy: trustedBy({ Service: 'lambda.amazonaws.com' }),
      policies: [{ name: 'look', document: policy }],
    });
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await world.dispose();
  });

  function lambda(region: string): LambdaClient {
    const { url: endpoint, credentials } = world.account;
    const client = new LambdaClient({ endpoint, region, credentials: credentials.issueForRole(LOOKER, 'test') });
    clients.push(client);
    return client;
  }

  test.each(REGIONS)('is there in %s, with the role of the region', async (region) => {
    expect(world.account.udf(region)).toEqual({ functionArn: functionArn(region), roleArn: roleArn(region) });
    const found = await lambda(region).send(new GetFunctionConfigurationCommand({ FunctionName: NAME }));
    expect(found).toMatchObject({
      FunctionArn: functionArn(region),
      Role: `arn:aws:iam::111122223333:role/${NAME}-run-${region}`,
      Runtime: 'nodejs24.x',
      MemorySize: 1024,
      Timeout: 300,
      State: 'Active',
    });
    const { Configuration } = await lambda(region).send(new GetFunctionCommand({ FunctionName: NAME }));
    expect(Configuration?.FunctionArn).toBe(functionArn(region));
  });

  test('is not where no pipeline is: not even beside the web console', async () => {
    expect(world.account.udf(world.account.region)).toBeUndefined();
    for (const region of [world.account.region, 'us-west-2']) {
      await expect(
        lambda(region).send(new GetFunctionConfigurationCommand({ FunctionName: NAME })),
      ).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: `Function not found: ${functionArn(region)}`,
      });
    }
  });

  test('may be called under the role of its region, and under that of no other', async () => {
    const [here = '', elsewhere = ''] = REGIONS;
    const may = async (role: string, resource: string): Promise<boolean> => {
      const request = { roleArn: role, sessionName: 'redshift', action: 'lambda:InvokeFunction', resource };
      return (await world.account.iam.authorize(request)).allowed;
    };
    expect(await may(roleArn(here), functionArn(here))).toBe(true);
    expect(await may(roleArn(elsewhere), functionArn(here))).toBe(false);
    expect(await may(roleArn(here), functionArn(elsewhere))).toBe(false);
  });

  test.each(REGIONS)('answers a batch in %s as it was bundled', async (region) => {
    const batch = {
      external_function: 'dev."webshop".combine_json_list',
      num_records: 3,
      arguments: [['[{"a":1},{"b":{"value":"x"}},{"a":2.0}]'], ['[]'], null],
    };
    const release = world.clock.hold();
    try {
      const text = await world.account.invokeFunction(functionArn(region), batch);
      expect(JSON.parse(text as string)).toEqual({
        success: true,
        num_records: 3,
        results: ['{"a": 2.0, "b": {"value": "x"}}', '{}', null],
      });
    } finally {
      release();
    }
  });

  test('shares what the account may run at once, which can be as little as a new account has', async () => {
    const limits = async () => (await lambda('eu-west-1').send(new GetAccountSettingsCommand({}))).AccountLimit;
    expect(await limits()).toMatchObject({ ConcurrentExecutions: 1_000, UnreservedConcurrentExecutions: 1_000 });
    Object.assign(world.account.lambda.concurrency, { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 });
    expect(await limits()).toMatchObject({ ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 });
  });
});

describe('The Lambda that Redshift calls, where somebody deployed it in one region only', () => {
  test('is not in the other', async () => {
    const world = await worldWith(['ap-southeast-1']);
    try {
      expect(REGIONS.map((region) => world.account.udf(region)?.functionArn)).toEqual([
        undefined,
        functionArn('ap-southeast-1'),
      ]);
    } finally {
      await world.dispose();
    }
  });
});
