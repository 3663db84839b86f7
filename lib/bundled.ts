import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';

const PROJECT_ROOT = join(__dirname, '..');

/**
 * A Lambda in one module, its SDK included: the one in the runtime is older than WaitTimeSeconds of the Redshift Data API
 * (Lambda Developer Guide, lambda-nodejs). Bundled by our own script, because NodejsFunction runs esbuild's command line,
 * which knows no plugins. Nothing is bundled where the CDK is told not to (`aws:cdk:bundling-stacks`).
 *
 * @param folder under lambda/, with an index.ts
 */
export function bundled(folder: string): Code {
  const entry = join(PROJECT_ROOT, 'lambda', folder, 'index.ts');
  return Code.fromAsset(dirname(entry), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used: the local bundling either succeeds or throws.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outputDirectory) {
          const script = join(__dirname, 'bundle-step.mjs');
          execFileSync(process.execPath, [script, entry, join(outputDirectory, 'index.mjs')], { stdio: 'pipe' });
          return true;
        },
      },
    },
  });
}
