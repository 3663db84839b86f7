// Bundles Lambdas: node bundle-steps.mjs <outdir> <folder under lambda/>... writes <outdir>/<folder>/index.mjs
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const [outdir, ...folders] = process.argv.slice(2);
if (outdir === undefined || folders.length === 0) throw new Error('Usage: bundle-steps.mjs <outdir> <folder>...');
const lambdas = join(dirname(fileURLToPath(import.meta.url)), '..', 'lambda');

/**
 * Ways to find credentials that a Lambda never needs: its role's are in its environment. The default provider chain
 * loads each of them only when the ones before it found nothing.
 * Source: AWS SDK for JavaScript v3, credential-provider-node
 */
const CREDENTIAL_PROVIDERS_ELSEWHERE = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@aws-sdk/nested-clients/*',
  '@aws-sdk/token-providers',
  '@smithy/credential-provider-imds',
];

/**
 * Lets esbuild leave out the schemas of operations that nobody calls, nine tenths of some clients. They are object literals
 * whose keys are computed from constants (`[_N]: 0` with `const _N = "Name"`); a computed key might have a side effect,
 * so esbuild keeps the object. Here the constant's text takes its place.
 * @type {import('esbuild').Plugin}
 */
const schemasByName = {
  name: 'schemas-by-name',
  setup(bundling) {
    bundling.onLoad({ filter: /[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const texts = new Map(
        Array.from(source.matchAll(/^const (\w+) = ("[\w.$-]*");$/gm), (found) => [found[1], found[2]]),
      );
      const contents = source.replace(/\[(\w+)\](?=:)/g, (/** @type {string} */ key, /** @type {string} */ name) => {
        const text = texts.get(name);
        return text === undefined || text === '"__proto__"' ? key : text;
      });
      return { contents: withoutErrorClasses(path, contents), loader: 'js' };
    });
  },
};

/**
 * Clients whose error classes are most of them. An error whose class is not registered keeps its name and message and is of
 * the client's base class, and steps know errors by name. Source: AWS SDK for JavaScript v3, core/protocols/ProtocolLib
 */
const MANY_ERRORS = /[\\/]client-(?:lambda|sfn|ecs|redshift-serverless)[\\/]/;

/**
 * Redshift's query protocol knows an error's name by its class only, so the classes that steps ask for stay: 4 of 145.
 * Source: same
 */
const OF_REDSHIFT = /[\\/]client-redshift[\\/]/;
const ASKED_FOR =
  /^n0_registry\.registerError\((?:Cluster(?:NotFound|Snapshot(?:AlreadyExists|NotFound))|InvalidClusterState)Fault\$/;

/**
 * @param {string} path of the schemas
 * @param {string} schemas
 */
function withoutErrorClasses(path, schemas) {
  const keeps = OF_REDSHIFT.test(path) ? ASKED_FOR : MANY_ERRORS.test(path) ? /^$/ : undefined;
  if (keeps === undefined) return schemas;
  return schemas.replace(/^n0_registry\.registerError\(.*\);$/gm, (line) => (keeps.test(line) ? line : ''));
}

/**
 * Leaves out that zod can describe a schema as JSON Schema, which no step does: 19 kB that every schema refers to.
 * @type {import('esbuild').Plugin}
 */
const withoutJsonSchema = {
  name: 'without-json-schema',
  setup(bundling) {
    bundling.onLoad(
      { filter: /zod[\\/]v4[\\/]core[\\/](?:to-json-schema|json-schema-processors)\.js$/ },
      async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const names = Array.from(source.matchAll(/^export (?:const|function) (\w+)/gm), (found) => found[1]);
        const refuse = 'const refuse = () => () => { throw new Error("JSON Schema is not in this bundle"); };';
        const contents = [
          refuse,
          ...names.map((name) => `export const ${name} = refuse;`),
          'export { refuse as process };',
        ];
        return { contents: contents.join('\n'), loader: 'js' };
      },
    );
  },
};

await build({
  entryPoints: folders.map((folder) => ({ in: join(lambdas, folder, 'index.ts'), out: join(folder, 'index') })),
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  loader: { '.sql': 'text' },
  external: CREDENTIAL_PROVIDERS_ELSEWHERE,
  plugins: [schemasByName, withoutJsonSchema],
  logLevel: 'warning',
});
