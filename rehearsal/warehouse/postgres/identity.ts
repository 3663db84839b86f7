import { spawnSync } from 'node:child_process';
import { chownSync, cpSync, lchownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries';

/** As whom PostgreSQL runs: it refuses to be root. */
export interface Identity {
  binaries: Binaries;
  /** Command words before the one to run. */
  prefix: string[];
  credentials: { uid?: number; gid?: number };
}

/** `nobody` on Linux. */
const NOBODY = { uid: 65534, gid: 65534 };

/**
 * Chooses how to run the binaries so that they can read themselves and write the run folder: as the user we are,
 * or, where that is root or a number without a name (initdb refuses both), the first way that works here. Hands the
 * run folder over to that identity.
 *
 * @throws Error when there is no such way
 */
export function chooseIdentity(binaries: Binaries, run: string): Identity {
  const ourselves: Identity = { binaries, prefix: [], credentials: {} };
  const isRoot = process.getuid?.() === 0;
  const chosen =
    (isRoot ? becomeNobody(binaries, run) : works(ourselves, run) ? ourselves : undefined) ??
    becomeRenamed(binaries, run);
  if (chosen !== undefined) return chosen;
  throw new Error(
    `PostgreSQL refuses to run as ${isRoot ? 'root' : 'a user without a name'}, and this system lets us become ` +
      'nobody else (neither setuid nor a user namespace). Run as an ordinary user, or set REHEARSAL_DATABASE_URL.',
  );
}

function becomeNobody(binaries: Binaries, run: string): Identity | undefined {
  const nobody: Identity = { binaries, prefix: [], credentials: NOBODY };
  try {
    chownSync(run, NOBODY.uid, NOBODY.gid);
    if (works(nobody, run)) return nobody;
    // Binaries under a folder closed to others, such as /root: where we may become nobody, a copy (60 MB) helps.
    if (works({ ...nobody, binaries: { ...binaries, native: '/' } }, run)) {
      const copy = join(run, 'native');
      cpSync(binaries.native, copy, { recursive: true, verbatimSymlinks: true });
      handOver(copy, NOBODY);
      return { ...nobody, binaries: { ...binaries, native: copy } };
    }
    chownSync(run, 0, 0);
  } catch {
    // Not allowed to chown: the only user, mapped to root, inside a user namespace.
  }
  return undefined;
}

/** The same user under another number, in a user namespace: files stay ours, and nobody has a name. */
function becomeRenamed(binaries: Binaries, run: string): Identity | undefined {
  const prefix = ['unshare', '--user', `--map-user=${NOBODY.uid}`, `--map-group=${NOBODY.gid}`];
  const renamed: Identity = { binaries, prefix, credentials: {} };
  return works(renamed, run) ? renamed : undefined;
}

/** Gives a folder and all in it to the identity that will have to remove it. */
export function handOver(folder: string, { uid, gid }: Identity['credentials']): void {
  if (uid === undefined || gid === undefined) return;
  lchownSync(folder, uid, gid);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(folder, entry), uid, gid);
  }
}

/** Whether a process of this identity has a name, reaches the binaries and may write the run folder. */
function works(identity: Identity, run: string): boolean {
  const probe = 'id -un >/dev/null && test -w "$1" && { test "$2" = / || test -x "$2/bin/postgres"; }';
  const words = [...identity.prefix, '/bin/sh', '-c', probe, 'probe', run, identity.binaries.native];
  const [command = '', ...args] = words;
  return spawnSync(command, args, { ...identity.credentials, cwd: '/', stdio: 'ignore' }).status === 0;
}
