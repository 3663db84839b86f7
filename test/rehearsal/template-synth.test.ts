import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesise } from '../../rehearsal/synth';

/** Stands for a CDK app: it writes what it was given instead of a template, and counts its runs. */
const APP = `
  import { appendFileSync, writeFileSync } from 'node:fs';
  import { join } from 'node:path';
  const outdir: string = process.env.CDK_OUTDIR ?? '';
  appendFileSync(join(process.cwd(), 'runs'), 'x');
  const account = process.env.CDK_DEFAULT_ACCOUNT ?? null;
  writeFileSync(join(outdir, 'manifest.json'), JSON.stringify({ context: JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}'), account }));
`;

describe('synthesising the CDK app for a rehearsal', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'app-'));
    for (const folder of ['bin', 'lib', 'sql']) mkdirSync(join(root, folder));
    write('bin/clickstream-upgrade.ts', APP);
    write('cdk.json', JSON.stringify({ context: { '@aws-cdk/flag': true, stackName: 'FromCdkJson' } }));
    write('package.json', '{}');
    symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (path: string, content: string): void => writeFileSync(join(root, path), content);
  const runs = (): number => readFileSync(join(root, 'runs'), 'utf8').length;
  const assemblies = (): string[] => readdirSync(join(root, '.rehearsal')).sort();
  const manifest = (assembly: string): Record<string, unknown> =>
    JSON.parse(readFileSync(join(assembly, 'manifest.json'), 'utf8')) as Record<string, unknown>;

  it("gives the app cdk.json's context, what is added to it, and no account of the host", async () => {
    process.env['CDK_DEFAULT_ACCOUNT'] = '999999999999';
    try {
      const assembly = await synthesise({ root, context: { stackName: 'Given' } });

      expect(manifest(assembly)).toMatchObject({
        context: { '@aws-cdk/flag': true, stackName: 'Given', 'aws:cdk:bundling-stacks': ['**'] },
        account: null,
      });
    } finally {
      delete process.env['CDK_DEFAULT_ACCOUNT'];
    }
  });

  it('runs the app once for the same sources, and again when any of them changes', async () => {
    const first = await synthesise({ root });
    const second = await synthesise({ root });
    write('sql/count.sql', 'SELECT 1');
    const third = await synthesise({ root });
    write('README.md', 'no source');
    const fourth = await synthesise({ root });

    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(fourth).toBe(third);
    expect(runs()).toBe(2);
  });

  it('gives both of two that run at once the same, complete assembly', async () => {
    const [one, other] = await Promise.all([synthesise({ root }), synthesise({ root })]);

    expect(one).toBe(other);
    expect(manifest(one)).toHaveProperty('context');
    expect(assemblies()).toHaveLength(1);
  });

  it('starts over when the sources change under the app, so that no cache lies', async () => {
    write(
      'bin/clickstream-upgrade.ts',
      `${APP}\nif (readFileSync('runs', 'utf8') === 'x') writeFileSync('lib/late.ts', '');`.replace(
        'appendFileSync,',
        'appendFileSync, readFileSync,',
      ),
    );

    await synthesise({ root });

    expect(runs()).toBe(2);
    expect(assemblies()).toHaveLength(1);
  });

  it('keeps the three newest assemblies and what was used within the hour', async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      write('sql/n.sql', String(n));
      made.push(await synthesise({ root }));
    }
    expect(made.every((path) => existsSync(path))).toBe(true);
    for (const [index, path] of made.entries())
      utimesSync(path, new Date(2026, 0, index + 1), new Date(2026, 0, index + 1));

    const newest = await synthesise({ root });

    expect(newest).toBe(made[4]);
    expect(made.map((path) => existsSync(path))).toEqual([false, false, true, true, true]);
  });

  it.each([
    ['throws', `throw new Error('no such construct');`, 'no such construct'],
    ['writes nothing', ``, 'wrote no cloud assembly'],
  ])("tells the app's own words when it %s, and leaves nothing behind", async (_, code, words) => {
    write('bin/clickstream-upgrade.ts', code);

    await expect(synthesise({ root })).rejects.toThrow(words);
    expect(assemblies()).toEqual([]);
  });
});
