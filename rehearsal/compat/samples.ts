import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A folder a release, `v0.1`; what is in one is never changed. */
export const SAMPLES = join(__dirname, '..', '..', 'test', 'compat');

/** What a Task of a release sent to its Lambda. */
export interface RequestSample {
  /** Name of the Task. */
  state: string;
  request: Record<string, unknown>;
}

/** What a build of a release wrote into the state table or, as JSON, into the plan bucket. */
export interface RecordSample {
  key: string;
  record: Record<string, unknown>;
}

/** Where samples lie within a release: requests by step, records and objects by kind. */
interface Folders {
  requests: RequestSample;
  records: RecordSample;
  objects: RecordSample;
}

/** Releases with samples, the oldest first. */
export function sampledVersions(): string[] {
  const versions = readdirSync(SAMPLES).filter((name) => /^v\d+\.\d+$/.test(name));
  return versions.sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

/**
 * Samples of a release by step or kind; empty where it has none.
 *
 * @example samplesOf('v0.1', 'requests').get('migrate-events')
 */
export function samplesOf<Folder extends keyof Folders>(
  version: string,
  folder: Folder,
): Map<string, Folders[Folder][]> {
  const directory = join(SAMPLES, version, folder);
  if (!existsSync(directory)) return new Map();
  const files = readdirSync(directory).filter((name) => name.endsWith('.json'));
  return new Map(
    files.map((name) => [
      name.slice(0, -'.json'.length),
      JSON.parse(readFileSync(join(directory, name), 'utf8')) as Folders[Folder][],
    ]),
  );
}
