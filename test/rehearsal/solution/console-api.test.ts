import type { ApiRequest, ApiResponse } from '../../../rehearsal/solution/api/request';
import { described, NEW, SolutionBench } from './solution-bench';

describe('the console’s API in a rehearsal', () => {
  let bench: SolutionBench;
  let requests = 0;

  beforeEach(async () => {
    bench = await new SolutionBench().open();
  });
  afterEach(() => bench.close());

  const ask = (method: string, path: string, more: Partial<ApiRequest> = {}): Promise<ApiResponse> => {
    requests += 1;
    return bench.life.api.handle(() => ({
      method,
      path,
      query: { pid: 'project1' },
      headers: { 'x-click-stream-request-id': `request-${String(requests)}` },
      body: {},
      authorizationToken: `Bearer ${bench.life.token({ email: 'admin@example.com' })}`,
      ...more,
    }));
  };
  const upgrade = (more: Partial<ApiRequest> = {}) => ask('POST', `/api/pipeline/${bench.pipelineId}/upgrade`, more);
  const message = ({ body }: ApiResponse) => body['message'];

  it('upgrades a pipeline once, and then says that it is being updated', async () => {
    await expect(upgrade()).resolves.toMatchObject({
      status: 201,
      body: { success: true, message: 'Pipeline upgraded.' },
    });
    const again = await upgrade();

    expect(again).toMatchObject({ status: 400 });
    expect(message(again)).toBe('The pipeline current status does not allow upgrade.');
  });

  it('loses each of two calls at the same time in its own way', async () => {
    bench.life.api.lose('upgrade', 'after');
    bench.life.api.lose('upgrade', 'before');

    const answers = await Promise.allSettled([upgrade(), upgrade()]);

    expect(answers.map((answer) => (answer.status === 'rejected' ? String(answer.reason) : answer.value))).toEqual([
      'NeverAnswers: The call is lost (after)',
      'NeverAnswers: The call is lost (before)',
    ]);
    expect(bench.life.api.lost).toHaveLength(2);
  });

  it('keeps what the record was', async () => {
    await upgrade();

    const items = await bench.dynamoDb.items('us-east-1', bench.plan().console.metadataTable);
    const types = items.map((item) => (item['type'] as { S: string }).S);
    expect(types).toContain(`PIPELINE#${bench.pipelineId}#1`);
    expect(types).toContain('REQUESTID');
  });

  it('takes each request id once, and needs one', async () => {
    const headers = { 'x-click-stream-request-id': 'same' };
    await ask('PUT', '/api/app/app1/timezone', { headers, body: { projectId: 'project1', timezone: 'Mars' } });

    await expect(upgrade({ headers })).resolves.toMatchObject({
      status: 400,
      body: { error: [{ msg: 'Not Modified.' }] },
    });
    await expect(upgrade({ headers: {} })).resolves.toMatchObject({
      status: 400,
      body: { error: [{ msg: 'Value is empty.' }] },
    });
  });

  it('lets nobody in without a token, or with something that is none', async () => {
    const request = {
      method: 'POST',
      path: `/api/pipeline/${bench.pipelineId}/upgrade`,
      query: {},
      headers: {},
      body: {},
    };

    await expect(bench.life.api.handle(() => request)).resolves.toMatchObject({ status: 401 });
    await expect(upgrade({ authorizationToken: 'Bearer nonsense' })).resolves.toMatchObject({ status: 401 });
  });

  it('knows the role of a user from its item, else from the groups of the token', async () => {
    const as = (claims: Record<string, unknown>) => upgrade({ authorizationToken: bench.life.token(claims) });

    await expect(as({ username: 'someone' })).resolves.toMatchObject({ status: 403 });
    await expect(as({ username: 'someone', 'cognito:groups': ['Others'] })).resolves.toMatchObject({ status: 403 });
    await expect(as({ username: 'someone', 'cognito:groups': ['ClickstreamOperator'] })).resolves.toMatchObject({
      status: 201,
    });
  });

  it('refuses a pipeline that is at its version, or that lacks a time zone, or cannot be rolled', async () => {
    await bench.writeRecord({ templateVersion: NEW, stackDetails: [] });
    expect(message(await upgrade())).toBe('Pipeline is already the latest version.');

    await bench.writeRecord({ templateVersion: 'v1.1.5-202403071513', timezone: [] });
    expect(message(await upgrade())).toMatch(/app1, app2/);

    await bench.writeRecord({
      timezone: [
        { appId: 'app1', timezone: 'UTC' },
        { appId: 'app2', timezone: 'UTC' },
      ],
      ingestionServer: { size: { serverMin: 1, serverMax: 1 } },
    });
    expect(message(await upgrade())).toMatch(/minimum and maximum are 1/);
    expect(bench.workflowRuns()).toEqual([]);
  });

  it('does not know another pipeline, and retries only what has failed', async () => {
    await expect(upgrade({ query: { pid: 'other' } })).resolves.toMatchObject({ status: 404 });
    const retry = await ask('POST', `/api/pipeline/${bench.pipelineId}/retry`);
    expect(message(retry)).toBe('The pipeline current status does not allow retry.');
  });

  it('looks at the stacks anew when it is told to, whatever id the path has', async () => {
    bench.stack('Metrics').status = 'UPDATE_ROLLBACK_COMPLETE';

    const stale = await ask('GET', '/api/pipeline/any');
    const fresh = await ask('GET', '/api/pipeline/any', { query: { pid: 'project1', refresh: 'force' } });

    expect(stale.body['data']).toMatchObject({ statusType: 'Active', templateInfo: { isLatest: false } });
    expect(fresh.body['data']).toMatchObject({ statusType: 'Failed' });
  });

  it('does not change a time zone once it is set', async () => {
    const body = { projectId: 'project1', timezone: 'UTC' };
    await expect(ask('PUT', '/api/app/app1/timezone', { body })).resolves.toEqual({
      status: 400,
      body: { success: true, message: 'Timezone not allowed to be modified.', data: null },
    });
  });

  it('verifies tokens itself behind a load balancer', async () => {
    const { console, ...rest } = described();
    const other = await new SolutionBench({ ...rest, console: { ...console, variant: 'private-vpc' } }).open();
    const url = await other.life.listen();
    const post = async (authorization: string): Promise<number> => {
      requests += 1;
      const headers = { authorization, 'x-click-stream-request-id': `request-${String(requests)}` };
      const path = `/api/pipeline/${other.pipelineId}/upgrade?pid=project1`;
      return (await fetch(`${url}${path}`, { method: 'POST', headers })).status;
    };

    const good = other.life.token({ email: 'admin@example.com' });
    await expect(post(`Bearer ${good.slice(0, -2)}xx`)).resolves.toBe(401);
    await expect(post(`Bearer ${other.life.token({ email: 'admin@example.com' }, -1)}`)).resolves.toBe(401);
    await expect(post(`Bearer ${good}`)).resolves.toBe(201);
    await other.close();
  });
});
