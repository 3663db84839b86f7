import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { readDeployments } from '../../rehearsal/template/template';
import { synthesise } from '../../rehearsal/synth';
import type { DeployedFunction } from '../../rehearsal/template/deployment';
import { STEP_FOLDERS } from '../support/step-schemas';
import { PLACES } from '../support/synth';

const LARGEST_BUNDLE_BYTES = 600 * 1024;
const FOLDERS = [...STEP_FOLDERS, 'udf'];

describe('The bundles', () => {
  let functions: DeployedFunction[];
  let server: Server;
  const signedFor: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      signedFor.push(/Credential=([^,]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '');
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end('<Error><Code>AccessDenied</Code><Message>no</Message></Error>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    functions = readDeployments(await synthesise(), PLACES.aws).flatMap((deployment) => deployment.functions);
  }, 180_000);

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const directoryOf = (step: string): string =>
    functions.find(({ name }) => name === `ClickstreamUpgrade-${step}`)?.assetDirectory ?? '';

  test.each(FOLDERS)('hold one module each, of 600 KB at most: %s', (step) => {
    expect(readdirSync(directoryOf(step))).toEqual(['index.mjs']);
    expect(statSync(join(directoryOf(step), 'index.mjs')).size).toBeLessThanOrEqual(LARGEST_BUNDLE_BYTES);
  });

  test.each(FOLDERS)(
    'hold a handler, and no path of the machine they were built on: %s',
    async (step) => {
      const file = join(directoryOf(step), 'index.mjs');
      const script = `
      const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)});
      process.stdout.write(typeof handler);`;
      const env = { ...functions.find(({ assetDirectory }) => file.startsWith(assetDirectory))?.environment };
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
      expect(stdout).toBe('function');
      expect(readFileSync(file, 'utf8')).not.toContain(join(__dirname, '..', '..'));
    },
    30_000,
  );

  test('load, and sign with the credentials of the environment, without the credential providers left out', async () => {
    const fn = functions.find(({ name }) => name.endsWith('-list-apps'));
    const entry = pathToFileURL(join(fn?.assetDirectory ?? '', 'index.mjs')).href;
    const request = {
      v: 1,
      now: 0,
      target: { region: 'eu-west-1', projectId: 'shop' },
      attempt: { redrive: 0, retry: 0 },
      root: { id: 'root', redrive: 0, plan: 'plans/h/plan.json' },
      execution: { id: 'execution', passes: 0 },
    };
    const script = `
      const { handler } = await import(${JSON.stringify(entry)});
      const name = await handler(${JSON.stringify(request)}).then(() => 'none', (error) => error.name);
      process.stdout.write('\\nthrew ' + name);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      // Nothing but what Lambda gives: no home directory, no profile.
      env: {
        ...fn?.environment,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_SESSION_TOKEN: 'token',
        AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      },
    });
    expect(stdout).toMatch(/threw AccessDenied$/);
    expect(signedFor).toContainEqual(expect.stringMatching(/^AKIDEXAMPLE\/\d{8}\/eu-west-1\/s3\/aws4_request$/));
  }, 30_000);
});
