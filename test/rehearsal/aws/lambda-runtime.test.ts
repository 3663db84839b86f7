import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaRuntime, type LambdaRuntimeOptions } from '../../../rehearsal/aws/lambda/runtime';
import { VirtualClock } from '../../../rehearsal/clock';
import type { DeployedFunction } from '../../../rehearsal/template/deployment';

const START_MS = Date.UTC(2026, 0, 15);

describe('the Lambda runtime of a rehearsal', () => {
  let directory: string;
  let clock: VirtualClock;
  const runtimes: LambdaRuntime[] = [];
  /** The engine's hold, as long as it waits for a handler. */
  let release: () => void;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lambda-'));
    clock = new VirtualClock(START_MS);
    release = clock.hold();
  });

  afterEach(async () => {
    await Promise.all(runtimes.splice(0).map((runtime) => runtime.dispose()));
    clock.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function deploy(
    code: string,
    options: Partial<LambdaRuntimeOptions> = {},
    fn: Partial<DeployedFunction> = {},
  ): LambdaRuntime {
    writeFileSync(join(directory, 'index.mjs'), code);
    const runtime = new LambdaRuntime({
      clock,
      functions: [functionIn(directory, fn)],
      endpointUrl: 'http://127.0.0.1:4566',
      issueForRole,
      ...options,
    });
    runtimes.push(runtime);
    return runtime;
  }

  it('answers what the handler returns, as JSON has it', async () => {
    const runtime = deploy(
      `export const handler = async (event) => ({ doubled: event.n * 2, at: new Date(0), none: undefined });`,
    );

    await expect(runtime.invoke({ functionArn: FUNCTION_ARN, payload: { n: 21 } })).resolves.toEqual({
      doubled: 42,
      at: '1970-01-01T00:00:00.000Z',
    });
    await expect(runtime.invoke({ functionArn: 'step', payload: { n: 1 } })).resolves.toMatchObject({ doubled: 2 });
  });

  it('answers null where the handler returns nothing', async () => {
    const runtime = deploy(`export const handler = async () => {};`);

    await expect(runtime.invoke({ functionArn: FUNCTION_ARN, payload: {} })).resolves.toBeNull();
  });

  it("gives the function its own environment and the role's credentials, and nothing of the host's", async () => {
    process.env['HOST_SECRET'] = 'must not be seen';
    try {
      const runtime = deploy(
        `export const handler = async () => ({ ...process.env, argv: process.execArgv.join(' ') });`,
      );

      const environment = await runtime.invoke({ functionArn: FUNCTION_ARN, payload: {} });

      expect(environment).toMatchObject({
        TABLE: 'state',
        AWS_REGION: 'eu-west-1',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
        AWS_ACCESS_KEY_ID: 'key of arn:aws:iam::123456789012:role/step as step',
        AWS_LAMBDA_FUNCTION_NAME: 'step',
        argv: '',
      });
      expect(environment).not.toHaveProperty('HOST_SECRET');
      expect(environment).not.toHaveProperty('PATH');
    } finally {
      delete process.env['HOST_SECRET'];
    }
  });

  it('hands the handler a context like the one of Lambda', async () => {
    const runtime = deploy(
      `export const handler = async (_, context) => ({ ...context, left: context.getRemainingTimeInMillis() });`,
    );

    const context = (await runtime.invoke({ functionArn: FUNCTION_ARN, payload: {} })) as Record<string, unknown>;

    expect(context).toMatchObject({
      functionName: 'step',
      invokedFunctionArn: FUNCTION_ARN,
      memoryLimitInMB: '256',
      functionVersion: '$LATEST',
    });
    expect(context['awsRequestId']).toMatch(/^[0-9a-f-]{36}$/);
    expect(context['left']).toBeGreaterThan(0);
    expect(context['left']).toBeLessThanOrEqual(60_000);
  });

  it('keeps one environment for a function and runs its invocations at the same time', async () => {
    const runtime = deploy(`
      let inside = 0, most = 0, calls = 0, open;
      const both = new Promise((resolve) => { open = resolve; });
      export const handler = async () => {
        calls += 1; inside += 1; most = Math.max(most, inside);
        if (inside === 2) open();
        await both; inside -= 1;
        return { most, calls };
      };`);

    const answers = await Promise.all([1, 2].map(() => runtime.invoke({ functionArn: FUNCTION_ARN, payload: {} })));

    expect(answers).toContainEqual({ most: 2, calls: 2 });
  });

  it('reports the name, message and trace of what a handler throws', async () => {
    const runtime = deploy(`
      class DeadlinePassed extends Error { constructor(m) { super(m); this.name = 'DeadlinePassed'; } }
      export const handler = async (event) => { if (event.plain) throw 'just text'; throw new DeadlinePassed('too late'); };`);

    await expect(runtime.invoke({ functionArn: FUNCTION_ARN, payload: {} })).rejects.toMatchObject({
      errorType: 'DeadlinePassed',
      errorMessage: 'too late',
      trace: expect.arrayContaining(['DeadlinePassed: too late']) as unknown,
    });
    await expect(runtime.invoke({ functionArn: FUNCTION_ARN, payload: { plain: true } })).rejects.toMatchObject({
      errorType: 'string',
      errorMessage: 'just text',
    });
  });

  it.each([
    ['a module that is not there', `import 'not-installed';`, 'index.handler', 'Runtime.ImportModuleError'],
    ['a handler that is not exported', `export const other = 1;`, 'index.handler', 'Runtime.HandlerNotFound'],
    ['code that cannot be parsed', `export const handler = (;`, 'index.handler', 'Runtime.UserCodeSyntaxError'],
    ['an error while loading', `throw new RangeError('no environment');`, 'index.handler', 'RangeError'],
    [
      'a rejection nobody handles',
      `export const handler = () => { Promise.reject(new Error('x')); return new Promise(() => {}); };`,
      'index.handler',
      'Runtime.UnhandledPromiseRejection',
    ],
    ['an exit', `export const handler = () => { process.exit(3); };`, 'index.handler', 'Runtime.ExitError'],
  ])('names %s as Lambda does', async (_, code, handler, errorType) => {
    const runtime = deploy(code, {}, { handler });

    await expect(runtime.invoke({ functionArn: FUNCTION_ARN, payload: {} })).rejects.toMatchObject({ errorType });
  });

  it('starts a new environment after one has died', async () => {
    const runtime = deploy(
      `let n = 0; export const handler = async (event) => { n += 1; if (event.die) process.exit(1); return n; };`,
    );

    await expect(runtime.invoke({ functionArn: FUNCTION_ARN, payload: { die: true } })).rejects.toMatchObject({
      errorType: 'Runtime.ExitError',
    });
    await expect(runtime.invoke({ functionArn: FUNCTION_ARN, payload: {} })).resolves.toBe(1);
  });

  it('ends a function that fills its memory, as Lambda does', async () => {
    const runtime = deploy(
      `const kept = []; export const handler = () => { for (;;) kept.push(new Array(10000).fill({}).map(() => ({}))); };`,
      {},
      { memoryMb: 32 },
    );

    await expect(runtime.invoke({ functionArn: FUNCTION_ARN, payload: {} })).rejects.toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('signal: killed') as unknown,
    });
  });

  it('times out on the virtual clock, and the next invocation has a fresh environment', async () => {
    const runtime = deploy(
      `let n = 0; export const handler = (event) => { n += 1; return event.hang ? new Promise(() => {}) : n; };`,
    );
    const hanging = runtime.invoke({ functionArn: FUNCTION_ARN, payload: { hang: true } });
    // A parked long poll lets the clock jump, as the Redshift service does it.
    const resume = clock.park();

    await expect(hanging).rejects.toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(
        /^RequestId: [0-9a-f-]{36} Error: Task timed out after 60\.00 seconds$/,
      ) as unknown,
    });
    expect(clock.now()).toBe(START_MS + 60_000);
    resume();
    await expect(runtime.invoke({ functionArn: FUNCTION_ARN, payload: {} })).resolves.toBe(1);
  });

  it('does not hang on a handler that waits for nothing while virtual time stands still', async () => {
    const runtime = deploy(`export const handler = () => new Promise(() => {});`, { stuckAfterRealMs: 50 });

    await expect(runtime.invoke({ functionArn: FUNCTION_ARN, payload: {} })).rejects.toMatchObject({
      errorType: 'Sandbox.Timedout',
    });
  });

  it('leaves the one hold to its caller, so that a long poll inside the handler can park it', async () => {
    const runtime = deploy(`export const handler = () => new Promise(() => {});`);
    const failed = expect(runtime.invoke({ functionArn: FUNCTION_ARN, payload: {} })).rejects.toMatchObject({
      errorType: 'Sandbox.Timedout',
    });

    const resume = clock.park();
    await clock.sleep(1000);
    resume();
    expect(clock.now()).toBe(START_MS + 1000);

    release();
    await failed;
  });

  it('refuses a request above 6 MB and an answer above it', async () => {
    const runtime = deploy(`export const handler = (event) => 'x'.repeat(event.size);`);

    await expect(runtime.invoke({ functionArn: FUNCTION_ARN, payload: 'x'.repeat(6_291_456) })).rejects.toMatchObject({
      error: 'Lambda.RequestTooLargeException',
    });
    await expect(runtime.invoke({ functionArn: FUNCTION_ARN, payload: { size: 6_291_556 } })).rejects.toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    });
  });

  it('can lose an invocation before the handler begins or after it has ended', async () => {
    const written = join(directory, 'acts');
    writeFileSync(written, '');
    const fates = ['crash-before', 'crash-after', 'pass'] as const;
    const runtime = deploy(
      `import { appendFileSync } from 'node:fs'; export const handler = (event) => { appendFileSync(event.file, 'x'); return 'acted'; };`,
      { intercept: ({ invocation }) => fates[invocation - 1] ?? 'pass' },
    );
    const call = { functionArn: FUNCTION_ARN, payload: { file: written } };

    await expect(runtime.invoke(call)).rejects.toMatchObject({ error: 'Lambda.Unknown' });
    expect(readFileSync(written, 'utf8')).toBe('');
    await expect(runtime.invoke(call)).rejects.toMatchObject({ error: 'Lambda.Unknown' });
    expect(readFileSync(written, 'utf8')).toBe('x');
    await expect(runtime.invoke(call)).resolves.toBe('acted');
  });

  it('keeps what functions print out of our own output, in memory and in a file', async () => {
    const logFile = join(directory, 'functions.log');
    const ours = jest.spyOn(process.stdout, 'write');
    try {
      const runtime = deploy(`export const handler = () => { console.log('one\\ntwo'); console.error('bad'); };`, {
        logFile,
      });
      await runtime.invoke({ functionArn: FUNCTION_ARN, payload: {} });
      await runtime.dispose();

      const lines = runtime.logs.tail('step').map(({ line }) => line);
      expect(lines).toEqual(expect.arrayContaining(['one', 'two', 'bad']));
      expect(readFileSync(logFile, 'utf8')).toContain('2026-01-15T00:00:00.000Z step one\n');
      expect(ours).not.toHaveBeenCalled();
    } finally {
      ours.mockRestore();
    }
  });

  it('fails what is in flight when it is disposed of, and starts nothing afterwards', async () => {
    const runtime = deploy(`export const handler = () => new Promise(() => {});`);
    const inFlight = runtime.invoke({ functionArn: FUNCTION_ARN, payload: {} });
    const failed = expect(inFlight).rejects.toMatchObject({ errorType: 'Runtime.ExitError' });

    await runtime.dispose();

    await failed;
    await expect(runtime.invoke({ functionArn: FUNCTION_ARN, payload: {} })).rejects.toThrow('disposed');
  });

  it('keeps no more idle environments than it may', async () => {
    writeFileSync(join(directory, 'index.mjs'), `let n = 0; export const handler = () => (n += 1);`);
    const functions = ['a', 'b'].map((name) => functionIn(directory, { name, arn: `${FUNCTION_ARN}-${name}` }));
    const runtime = new LambdaRuntime({ clock, functions, endpointUrl: '', issueForRole, maxWorkers: 1 });
    runtimes.push(runtime);

    const counts: unknown[] = [];
    for (const name of ['a', 'a', 'b', 'a']) counts.push(await runtime.invoke({ functionArn: name, payload: {} }));

    expect(counts).toEqual([1, 2, 1, 1]);
  });

  it('begins the environment of the next function while the second of two in a row is at work', async () => {
    writeFileSync(
      join(directory, 'index.mjs'),
      `import { existsSync, writeFileSync } from 'node:fs';
      const sign = (name) => new URL(name, import.meta.url);
      writeFileSync(sign(process.env.AWS_LAMBDA_FUNCTION_NAME), '');
      export const handler = async ({ until }) => {
        while (!existsSync(sign(until))) await new Promise((resolve) => setTimeout(resolve, 5));
      };`,
    );
    const functions = ['a', 'b', 'c', 'd'].map((name) =>
      functionIn(directory, { name, arn: `${FUNCTION_ARN}-${name}` }),
    );
    const runtime = new LambdaRuntime({ clock, functions, endpointUrl: '', issueForRole });
    runtimes.push(runtime);

    await runtime.invoke({ functionArn: 'a', payload: { until: 'a' } });
    await runtime.invoke({ functionArn: 'b', payload: { until: 'c' } });

    expect(['a', 'b', 'c', 'd'].filter((name) => existsSync(join(directory, name)))).toEqual(['a', 'b', 'c']);
  });

  it('keeps functions of one name in two regions apart, and wants to know which one is meant', async () => {
    writeFileSync(
      join(directory, 'index.mjs'),
      `let n = 0; export const handler = () => \`\${process.env.AWS_REGION} \${(n += 1)}\`;`,
    );
    const [near, far] = [FUNCTION_ARN, FUNCTION_ARN.replace('eu-west-1', 'us-east-1')];
    const functions = [near, far].map((arn) => functionIn(directory, { arn }));
    const runtime = new LambdaRuntime({ clock, functions, endpointUrl: '', issueForRole });
    runtimes.push(runtime);

    const answers: unknown[] = [];
    for (const functionArn of [near, far, near]) answers.push(await runtime.invoke({ functionArn, payload: {} }));

    expect(answers).toEqual(['eu-west-1 1', 'us-east-1 1', 'eu-west-1 2']);
    await expect(runtime.invoke({ functionArn: 'step', payload: {} })).rejects.toThrow(`Which step? ${near}, ${far}`);
  });

  it('refuses a function it does not have', async () => {
    const runtime = deploy(`export const handler = () => 1;`);

    await expect(runtime.invoke({ functionArn: `${FUNCTION_ARN}x`, payload: {} })).rejects.toMatchObject({
      error: 'Lambda.ResourceNotFoundException',
    });
  });
});

const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:step';

function functionIn(assetDirectory: string, overrides: Partial<DeployedFunction>): DeployedFunction {
  return {
    logicalId: 'Step',
    name: 'step',
    arn: FUNCTION_ARN,
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    timeoutSeconds: 60,
    memoryMb: 256,
    environment: { TABLE: 'state' },
    roleArn: 'arn:aws:iam::123456789012:role/step',
    assetDirectory,
    ...overrides,
  };
}

function issueForRole(
  roleArn: string,
  sessionName: string,
): { accessKeyId: string; secretAccessKey: string; sessionToken: string } {
  return { accessKeyId: `key of ${roleArn} as ${sessionName}`, secretAccessKey: 'secret', sessionToken: 'token' };
}
