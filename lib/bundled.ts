import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';

const LAMBDAS = join(__dirname, '..', 'lambda');

/**
 * A Lambda in one module, its SDK included: the one in the runtime is older than WaitTimeSeconds of the Redshift Data API
 * (Lambda Developer Guide, lambda-nodejs). Bundled by our own script, because NodejsFunction runs esbuild's command line,
 * which knows no plugins. Nothing is bundled where the CDK is told not to (`aws:cdk:bundling-stacks`).
 *
 * @param folder under lambda/, with an index.ts
 */
export function bundled(folder: string): Code {
  return Code.fromAsset(join(LAMBDAS, folder), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used: the local bundling either succeeds or throws.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outputDirectory) {
          cpSync(join(bundles(), folder), outputDirectory, { recursive: true });
          return true;
        },
      },
    },
  });
}

let made: string | undefined;

/** Folder of the bundles of all Lambdas, made the first time: they share most modules, and esbuild reads each once. */
function bundles(): string {
  if (made !== undefined) return made;
  const directory = mkdtempSync(join(tmpdir(), 'clickstream-upgrade-bundles-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const folders = readdirSync(LAMBDAS).filter((folder) => existsSync(join(LAMBDAS, folder, 'index.ts')));
  const script = join(__dirname, 'bundle-steps.mjs');
  execFileSync(process.execPath, [script, directory, ...folders], { stdio: 'pipe' });
  made = directory;
  return made;
}
