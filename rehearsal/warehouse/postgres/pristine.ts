import { createHash, randomUUID } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries';

const FOLDER = join(dirname(dirname(dirname(__dirname))), '.rehearsal');

/**
 * A data directory as initdb leaves it, kept as an archive from one rehearsal for the next: initdb takes two seconds, to unpack
 * takes a third of one. Without it everything works as well.
 */
export class PristineCluster {
  private readonly name: string | undefined;

  /**
   * @param recipe how initdb is called: other binaries or another recipe make another archive
   * @param folder where archives are kept
   */
  constructor(
    binaries: Binaries,
    recipe: string,
    private readonly folder = FOLDER,
  ) {
    this.name = nameOf(binaries, recipe);
  }

  /** Calls with the archive opened for reading, for processes that may not look into our folders; undefined when there is none. */
  reading<T>(use: (archive: number | undefined) => T): T {
    const archive = this.name === undefined ? undefined : openIfThere(join(this.folder, this.name));
    try {
      return use(archive);
    } finally {
      if (archive !== undefined) closeSync(archive);
    }
  }

  /** Keeps a copy of an archive, in place of those that other binaries have made. A folder that cannot be written is left alone. */
  async keep(archive: string): Promise<void> {
    if (this.name === undefined) return;
    // Named as the unfinished assemblies that a synthesis removes: what is left of a process that was killed goes with them.
    const unfinished = join(this.folder, `unfinished-${randomUUID()}`);
    try {
      await mkdir(this.folder, { recursive: true });
      await copyFile(archive, unfinished);
      await rename(unfinished, join(this.folder, this.name));
      const others = readdirSync(this.folder).filter((name) => ARCHIVE.test(name) && name !== this.name);
      for (const name of others) rmSync(join(this.folder, name), { force: true });
    } catch {
      await rm(unfinished, { force: true }).catch(() => undefined);
    }
  }
}

const ARCHIVE = /^postgres-[0-9a-f]{16}\.tar$/;

/** Tells of what a cluster is made: the binaries, and the catalogue's sources that lie beside them. Undefined where they lie elsewhere. */
function nameOf({ native }: Binaries, recipe: string): string | undefined {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n${recipe}`);
  const share = join(native, 'share', 'postgresql');
  try {
    for (const name of ['initdb', 'postgres']) hash.update(`\n${name} ${statSync(join(native, 'bin', name)).size}`);
    for (const name of readdirSync(share).sort()) {
      const path = join(share, name);
      if (statSync(path).isFile()) hash.update(`\n${name}\n`).update(readFileSync(path));
    }
  } catch {
    return undefined;
  }
  return `postgres-${hash.digest('hex').slice(0, 16)}.tar`;
}

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch {
    return undefined;
  }
}
