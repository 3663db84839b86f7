import { spawn, type ChildProcessByStdio } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { Client } from 'pg';
import { findBinaries } from '../../../rehearsal/warehouse/postgres/binaries';
import { startPostgres } from '../../../rehearsal/warehouse/postgres/server';

const ROOT = join(__dirname, '../../..');
let directory: string;
jest.setTimeout(60_000);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'server-test-'));
  chmodSync(directory, 0o777);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the embedded PostgreSQL', () => {
  it('starts empty on loopback, trusts every user there and leaves nothing when it is stopped', async () => {
    const server = await startPostgres({ directory });
    await server.createDatabase('shop');
    const [row] = await query<{ zone: string; jit: string; lower: string }>(
      server.url('shop'),
      `SELECT current_setting('TimeZone') AS zone, current_setting('jit') AS jit, lower('ÄÖ') AS lower`,
    );
    await query(server.url('postgres'), 'CREATE ROLE "IAMR:someone" LOGIN');
    const [user] = await query<{ name: string }>(
      `postgres://${encodeURIComponent('IAMR:someone')}@${server.host}:${server.port}/shop`,
      'SELECT current_user AS name',
    );
    const { pid } = running(directory);

    await server.stop();

    expect(row).toEqual({ zone: 'UTC', jit: 'off', lower: 'äö' });
    expect(user?.name).toBe('IAMR:someone');
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('begins with the cluster that the first one has made, and makes a new one where that is broken', async () => {
    const archives = join(directory, 'archives');
    const clusterOf = async (): Promise<string | undefined> => {
      const server = await startPostgres({ directory, archives });
      try {
        const url = server.url('postgres');
        return (await query<{ id: string }>(url, 'SELECT system_identifier AS id FROM pg_control_system()'))[0]?.id;
      } finally {
        await server.stop();
      }
    };
    const first = await clusterOf();
    const second = await clusterOf();
    const [archive = ''] = readdirSync(archives);
    truncateSync(join(archives, archive), 1_000_000);
    const third = await clusterOf();
    const fourth = await clusterOf();

    expect(first).toMatch(/^\d+$/);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(fourth).toBe(third);
    expect(readdirSync(archives)).toEqual([archive]);
  });

  it('starts where nothing can be kept', async () => {
    writeFileSync(join(directory, 'file'), '');
    const server = await startPostgres({ directory, archives: join(directory, 'file') });
    try {
      expect(await query(server.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      await server.stop();
    }
    expect(readdirSync(directory)).toEqual(['file']);
  });

  it('keeps two servers of one process apart', async () => {
    const [one, other] = await Promise.all([startPostgres({ directory }), startPostgres({ directory })]);
    try {
      await one.createDatabase('shop');
      await other.createDatabase('shop');
      await query(one.url('shop'), 'CREATE TABLE t (id int)');
      expect(await query(other.url('shop'), `SELECT to_regclass('t') AS t`)).toEqual([{ t: null }]);
    } finally {
      await Promise.all([one.stop(), other.stop()]);
    }
  });

  it('dies with a launcher that is killed with SIGKILL, and takes its data along', async () => {
    const launcher = launch();
    await new Promise<void>((resolve) => launcher.stdout.once('data', () => resolve()));
    const { pid } = running(directory);
    expect(isAlive(pid)).toBe(true);

    launcher.kill('SIGKILL');

    await until(() => !isAlive(pid) && readdirSync(directory).length === 0);
  });

  it.each(['data', 'data/postmaster.pid'])(
    'leaves nothing behind when its launcher is killed while it starts, as soon as there is %s',
    async (sign) => {
      const launcher = launch();
      const born = (): boolean => readdirSync(directory).some((run) => existsSync(join(directory, run, sign)));
      await until(born);

      launcher.kill('SIGKILL');

      await until(() => readdirSync(directory).length === 0);
    },
  );

  it('starts when no install script has made the library links', async () => {
    const native = join(directory, 'native');
    const { links } = findBinaries();
    cpSync(findBinaries().native, native, {
      recursive: true,
      filter: (source) => !links.has(basename(source)),
    });
    expect(existsSync(join(native, 'lib', [...links.keys()][0] ?? ''))).toBe(false);

    const server = await startPostgres({ directory, native });
    try {
      expect(await query(server.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      await server.stop();
    }
  });

  it('starts from binaries in a folder that is closed to other users', async () => {
    const home = join(directory, 'home');
    cpSync(findBinaries().native, join(home, 'native'), { recursive: true, verbatimSymlinks: true });
    chmodSync(home, 0o700);

    const server = await startPostgres({ directory, native: join(home, 'native') });
    try {
      expect(await query(server.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      await server.stop();
    }
  });

  it('fails with what is missing, and leaves nothing, when the binaries are not there', async () => {
    await expect(startPostgres({ directory, native: join(directory, 'nowhere') })).rejects.toThrow(/nowhere/);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('REHEARSAL_DATABASE_URL', () => {
  it('uses that server, under names of its own, and drops them at the end', async () => {
    const host = await startPostgres({ directory });
    process.env['REHEARSAL_DATABASE_URL'] = host.url('postgres');
    try {
      const server = await startPostgres();
      expect(server.port).toBe(host.port);
      await server.createDatabase('shop');
      const [row] = await query<{ name: string }>(server.url('shop'), 'SELECT current_database() AS name');
      expect(row?.name).toMatch(/^rehearsal_[0-9a-f]{8}_shop$/);

      await server.stop();

      expect(await query(host.url('postgres'), `SELECT 1 FROM pg_database WHERE datname LIKE 'rehearsal%'`)).toEqual(
        [],
      );
    } finally {
      delete process.env['REHEARSAL_DATABASE_URL'];
      await host.stop();
    }
  });
});

function launch(): ChildProcessByStdio<null, Readable, null> {
  return spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'support/launch-postgres.ts'), directory], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function query<Row>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** The server that runs below a folder, by its own pid file. */
function running(parent: string): { pid: number } {
  const [run] = readdirSync(parent).filter((name) => name.startsWith('clickstream-rehearsal-'));
  return { pid: Number(readFileSync(join(parent, run ?? '', 'data/postmaster.pid'), 'utf8').split('\n')[0]) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Looks again and again until it is so; jest's own time-out is the limit. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
