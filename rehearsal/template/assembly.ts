import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RawTemplate } from './intrinsics';

/** One stack of a cloud assembly: its template and where its file assets lie. */
export interface AssemblyStack {
  stackName: string;
  template: RawTemplate;
  /**
   * Absolute directory of the file asset that is uploaded under this S3 key.
   * Throws when the manifest does not know it.
   */
  assetDirectory(objectKey: string): string;
}

/** A stack as the assembly lists it. Its name may be that of another one in another region; its id is its own. */
export interface ListedStack {
  id: string;
  stackName: string;
  /** Where the app has fixed it. */
  region?: string;
}

/** The stacks of an assembly, in its order. */
export function stacksOf(directory: string): ListedStack[] {
  const manifest = readJson(join(directory, 'manifest.json')) as Manifest;
  return Object.entries(manifest.artifacts).flatMap(([id, { type, environment, properties }]) => {
    if (type !== 'aws:cloudformation:stack') return [];
    // Form: aws://account/region, each "unknown-…" where it is open.
    const region = environment?.split('/').at(-1);
    const fixed = region === undefined || region === 'unknown-region' ? {} : { region };
    return [{ id, stackName: properties?.stackName ?? id, ...fixed }];
  });
}

/**
 * Reads a stack of a synthesised cloud assembly.
 * Source: AWS CDK, cloud assembly schema (manifest.json, *.assets.json)
 * @param id of the stack; needed only where the assembly holds several
 */
export function readAssembly(directory: string, id?: string): AssemblyStack {
  const manifest = readJson(join(directory, 'manifest.json')) as Manifest;
  const stacks = stacksOf(directory);
  const candidates = id === undefined ? stacks : stacks.filter((stack) => stack.id === id);
  const [chosen] = candidates;
  const artifact = manifest.artifacts[chosen?.id ?? ''];
  if (chosen === undefined || artifact === undefined || candidates.length > 1) {
    const ids = stacks.map((stack) => stack.id).join(', ');
    throw new Error(
      `Which stack of the assembly ${directory}? Asked for ${id ?? 'the only one'}, it holds: ${ids || 'none'}`,
    );
  }
  const template = readJson(join(directory, artifact.properties?.templateFile ?? '')) as RawTemplate;
  const assets = (artifact.dependencies ?? [])
    .map((id) => manifest.artifacts[id])
    .filter((dependency) => dependency?.type === 'cdk:asset-manifest')
    .map((dependency) => readJson(join(directory, dependency?.properties?.file ?? '')) as AssetManifest);
  const sources = new Map<string, string>();
  for (const { files } of assets) {
    for (const { source, destinations } of Object.values(files ?? {})) {
      for (const { objectKey } of Object.values(destinations)) sources.set(objectKey, join(directory, source.path));
    }
  }
  return {
    stackName: chosen.stackName,
    template,
    assetDirectory: (objectKey) => {
      const path = sources.get(objectKey);
      if (path === undefined) throw new Error(`The asset manifest of ${chosen.stackName} has no asset ${objectKey}`);
      if (!statSync(path).isDirectory()) throw new Error(`Asset ${path} is not a directory`);
      return path;
    },
  };
}

interface Manifest {
  artifacts: Record<string, Artifact>;
}

interface Artifact {
  type: string;
  environment?: string;
  dependencies?: string[];
  properties?: { templateFile?: string; stackName?: string; file?: string };
}

interface AssetManifest {
  files?: Record<string, { source: { path: string }; destinations: Record<string, { objectKey: string }> }>;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
