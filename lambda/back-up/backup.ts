import { refusalOf } from '../shared/aws-errors';
import { ErrorCode, UpgradeError } from '../shared/errors';

/** One thing that is backed up, as it stands. */
export interface Backup {
  /** For people: `table ClickstreamMetadata`. */
  what: string;
  state:
    | { is: 'missing' }
    | { is: 'under way' }
    /** `id`: what a person restores from. */
    | { is: 'there'; id: string; kind: 'backup' | 'snapshot' | 'recovery point' }
    | { is: 'failed'; why: string };
  /** Begins it. Found again by its name, so an answer that got lost does no harm. */
  make: () => Promise<Making>;
}

/** `busy`: something else is at work there, and it has to be tried again. */
export type Making = 'begun' | 'busy';

/**
 * Runs a call of a backup.
 *
 * @param passing errors that pass by themselves: the call is made again later
 * @throws UpgradeError BackupFailed with AWS's own words
 */
export async function making(what: string, passing: readonly string[], call: () => Promise<unknown>): Promise<Making> {
  try {
    await call();
    return 'begun';
  } catch (error) {
    if (error instanceof Error && passing.includes(error.name)) return 'busy';
    throw failed(what, error);
  }
}

/** Runs a look at AWS; a refusal says what was looked for. */
export async function looking<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw failed(what, error);
  }
}

function failed(what: string, error: unknown): unknown {
  const why = refusalOf(error);
  return why === undefined ? error : backupFailed([{ what, why }], error);
}

export function backupFailed(failures: readonly { what: string; why: string }[], cause?: unknown): UpgradeError {
  const [first] = failures;
  return new UpgradeError(
    {
      code: ErrorCode.BackupFailed,
      what: `No backup of ${failures.map(({ what }) => what).join(', ')} could be made.`,
      why: first?.why ?? 'The reason is not known.',
      next: 'Resolve the reason named here (a failed snapshot has to be deleted), then redrive: backups that are there are not made again.',
      redrive: 'yes',
      ids: {},
      ...(failures.length < 2 ? {} : { problems: failures.map(({ what, why }) => ({ path: what, message: why })) }),
    },
    cause === undefined ? undefined : { cause },
  );
}
