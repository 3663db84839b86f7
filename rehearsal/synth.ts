import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

export interface SynthOptions {
  /** Directory of the project; its default is this one. */
  root?: string;
  /** Entry of the CDK app, relative to the root. */
  app?: string;
  /** Context in addition to cdk.json's and {@link UDF_REGIONS}, as `cdk synth -c` takes it. */
  context?: Record<string, unknown>;
}

/** Everything a synthesised template or a bundle can depend on. */
const SOURCES = ['bin', 'lib', 'lambda', 'sql', 'cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json'];
const KEPT_ASSEMBLIES = 3;
const MOST_ATTEMPTS = 3;
/** An assembly somebody used this recently may still be read: its Lambda bundles are loaded late. */
const IN_USE_MS = 60 * 60 * 1000;

/**
 * Synthesises the CDK app as `cdk synth` would (no CLI, no credentials, no Docker) and answers the directory of the cloud
 * assembly. An assembly of exactly these sources that is already there is used again. Several processes may call it at
 * once: each writes to a directory of its own and the first to finish gives its work to all.
 * Throws with the app's output when it fails.
 */
export async function synthesise(options: SynthOptions = {}): Promise<string> {
  const root = resolve(options.root ?? dirname(__dirname));
  const app = options.app ?? 'bin/clickstream-upgrade.ts';
  const context = { ...CLI_CONTEXT, ...(await contextOf(root)), udfRegions: UDF_REGIONS, ...options.context };
  const cache = join(root, '.rehearsal');
  const parameters = JSON.stringify({ app, context });
  const assembly = await upToDate(
    cache,
    () => hashOf(root, parameters),
    (outdir) => runApp(root, app, outdir, context),
  );
  const now = new Date();
  await utimes(assembly, now, now);
  await prune(cache);
  return assembly;
}

/** The assembly of the sources as they are; made when it is not there, and again when they changed meanwhile. */
async function upToDate(
  cache: string,
  hashSources: () => Promise<string>,
  make: (outdir: string) => Promise<void>,
): Promise<string> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const hash = await hashSources();
    const assembly = join(cache, hash);
    if (existsSync(assembly)) return assembly;
    const unfinished = join(cache, `unfinished-${hash}-${randomUUID()}`);
    await mkdir(unfinished, { recursive: true });
    try {
      await make(unfinished);
      if ((await hashSources()) === hash) {
        await rename(unfinished, assembly);
        return assembly;
      }
    } catch (error) {
      // Another process was faster: a directory cannot be renamed over one that holds something.
      if (isAlreadyThere(error)) return assembly;
      throw error;
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  throw new Error(`The sources changed during each of ${MOST_ATTEMPTS} syntheses`);
}

/**
 * What the CDK command line adds to cdk.json's context.
 * Source: AWS CDK toolkit, `cdk synth`
 */
const CLI_CONTEXT = {
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:version-reporting': false,
  'aws:cdk:bundling-stacks': ['**'],
};

/**
 * Regions beside the consoles' in which worlds have pipelines. All in one assembly: the same fits every world, and each deploys
 * what it has pipelines for.
 */
export const UDF_REGIONS = [
  'ap-northeast-1',
  'ap-southeast-1',
  'cn-northwest-1',
  'eu-west-1',
  'sa-east-1',
  'us-west-2',
] as const;

async function contextOf(root: string): Promise<Record<string, unknown>> {
  const cdkJson = JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8')) as { context?: Record<string, unknown> };
  return cdkJson.context ?? {};
}

function runApp(root: string, app: string, outdir: string, context: Record<string, unknown>): Promise<void> {
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify(context),
    // `npm run synth` checks the templates against CloudFormation's schemas; here that would be half of the time.
    CDK_VALIDATION: 'false',
  };
  // The app must not see which account the host is logged in to: a rehearsal has one of its own.
  delete environment['CDK_DEFAULT_ACCOUNT'];
  delete environment['CDK_DEFAULT_REGION'];
  delete environment['NODE_OPTIONS'];
  return new Promise((succeed, fail) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(root, app)], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0 && existsSync(join(outdir, 'manifest.json'))) {
        succeed();
        return;
      }
      const why = code === 0 ? 'wrote no cloud assembly' : `ended with code ${code ?? 'none (killed)'}`;
      fail(new Error(`Synthesis of ${app} ${why}:\n${Buffer.concat(output).toString('utf8').trim()}`));
    });
  });
}

async function hashOf(root: string, parameters: string): Promise<string> {
  const hash = createHash('sha256').update(parameters);
  for (const source of SOURCES) {
    const files = await filesUnder(join(root, source));
    for (const file of files) {
      const content = await readFile(file);
      hash.update(`\n${file.slice(root.length)} ${content.length}\n`).update(content);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** All files under a path, in a fixed order; the path itself when it is a file; none when it is not there. */
async function filesUnder(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return [];
  if (found.isFile()) return [path];
  const names = (await readdir(path)).sort();
  return (await Promise.all(names.map((name) => filesUnder(join(path, name))))).flat();
}

/** Keeps the newest assemblies, and what a process may still be using. */
async function prune(cache: string): Promise<void> {
  const names = await readdir(cache);
  const dated = await Promise.all(
    names
      .filter((name) => /^(unfinished-.+|[0-9a-f]{16})$/.test(name))
      .map(async (name) => ({ name, usedMs: (await stat(join(cache, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  const finished = dated.filter(({ name }) => !name.startsWith('unfinished-')).sort((a, b) => b.usedMs - a.usedMs);
  const kept = new Set(finished.slice(0, KEPT_ASSEMBLIES));
  const old = dated.filter((entry) => !kept.has(entry) && Date.now() - entry.usedMs > IN_USE_MS);
  await Promise.all(old.map(({ name }) => rm(join(cache, name), { recursive: true, force: true })));
}

function isAlreadyThere(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ENOTEMPTY' || code === 'EEXIST';
}
