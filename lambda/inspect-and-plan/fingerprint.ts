import { createHash } from 'node:crypto';
import type { Choice, Choices } from './choose';
import type { Measurement } from './inspect-warehouse';
import type { World } from './world';

export type Fingerprint = Record<string, string>;

/**
 * Pure: what makes a plan stale when it changes. Counts are left out, because they move all the time; and that an app has
 * been migrated since is no reason to plan again. A change set that waits for its execution changes none of this.
 */
export function fingerprint(
  { console }: World,
  { projects }: Pick<Choices, 'projects'>,
  measurements: ReadonlyMap<string, Measurement>,
): Fingerprint {
  const { stackId, status, version, variant } = console;
  const prints: Fingerprint = {
    'console.stackId': stackId,
    'console.status': status,
    'console.version': version,
    'console.variant': variant ?? 'none of the guide’s',
  };
  for (const choice of projects) Object.assign(prints, printsOf(choice, measurements.get(choice.project.projectId)));
  return prints;
}

function printsOf({ project, apps, state }: Choice, measured: Measurement | undefined): Fingerprint {
  const { projectId, pipelineId, warehouse, ingestion } = project;
  const prints: Fingerprint = {
    [`${projectId}.pipeline`]: `${pipelineId} ${state.is}`,
    [`${projectId}.warehouse`]: JSON.stringify(warehouse ?? null),
    [`${projectId}.ingestion`]: ingestion.kind,
  };
  for (const { type, stackId, status, version } of project.stacks) {
    // The UUID at its end is enough.
    prints[`${projectId}.${type}`] = `${stackId.slice(-36)} ${status} ${version ?? ''}`;
  }
  for (const { appId, known } of apps) {
    prints[`${projectId}.apps.${appId}`] = `${known ?? 'no time zone'}, ${legacyData(appId, measured)}`;
  }
  return prints;
}

function legacyData(appId: string, measured: Measurement | undefined): string {
  if (measured === undefined) return 'no new data model';
  if (measured.problem !== undefined) return 'unreadable';
  return measured.objects[appId]?.includes('event') === true ? 'legacy events' : 'no legacy events';
}

/** What differs between two fingerprints, by name. */
export function differences(before: Fingerprint, now: Fingerprint): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => before[name] !== now[name])
    .map((name) => `${name}: was ${before[name] ?? 'absent'}, is ${now[name] ?? 'absent'}`);
}

export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 32);
}

/** JSON with sorted keys: equal values have equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) =>
    entry !== null && typeof entry === 'object' && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  );
}
