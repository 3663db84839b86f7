import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { Client, escapeIdentifier } from 'pg';
import { findBinaries, linkLibraries } from './binaries';
import { chooseIdentity, handOver, type Identity } from './identity';
import { PristineCluster } from './pristine';
import type { PostgresOptions, PostgresServer } from './server';

/** Launches the embedded PostgreSQL; the promise is `startPostgres`'s. */
export async function launchEmbeddedServer(options: PostgresOptions): Promise<PostgresServer> {
  if (process.platform === 'win32') {
    throw new Error(
      'The embedded PostgreSQL needs Linux or macOS; set REHEARSAL_DATABASE_URL to a PostgreSQL 18 server.',
    );
  }
  const run = mkdtempSync(join(options.directory ?? tmpdir(), 'clickstream-rehearsal-'));
  try {
    const identity = chooseIdentity(findBinaries(options.native), run);
    const libraries = linkLibraries(identity.binaries, run);
    handOver(join(run, 'lib'), identity.credentials);
    const pristine = new PristineCluster(identity.binaries, SUPERVISOR, options.archives);
    for (let attempt = 1; ; attempt++) {
      try {
        return await launch(identity, libraries, run, pristine);
      } catch (error) {
        // The free port was somebody else's by the time PostgreSQL bound it.
        if (attempt === 5 || !String(error).includes('Address already in use')) throw error;
      }
    }
  } catch (error) {
    rmSync(run, { recursive: true, force: true });
    throw error;
  }
}

/**
 * What keeps PostgreSQL from outliving us: a shell that starts it, then reads a pipe whose other end only we
 * hold. The pipe closes when we close it and when we die, also by SIGKILL; then PostgreSQL gets SIGQUIT
 * (immediate shutdown: there is nothing to save) and the data go. The data directory is unpacked from descriptor 4,
 * or made and packed for the next time. Arguments: run folder, binaries, libraries, port, superuser, then the server's
 * settings.
 */
const SUPERVISOR = `
run=$1 native=$2 port=$4 user=$5
LD_LIBRARY_PATH=$3 DYLD_LIBRARY_PATH=$3
export LD_LIBRARY_PATH DYLD_LIBRARY_PATH
shift 5
exec 3<&0 </dev/null >"$run/log" 2>&1
cd "$run" || exit 1
if [ ! -f data/PG_VERSION ]; then
  if ! tar -xf - <&4 3<&- || [ ! -f data/PG_VERSION ]; then
    rm -rf data
    "$native/bin/initdb" -D "$run/data" -U "$user" --auth=trust --encoding=UTF8 --locale=C \\
      --locale-provider=builtin --builtin-locale=C.UTF-8 --no-sync --no-instructions 3<&- 4<&- || exit 1
    tar -cf packing.tar data 3<&- 4<&- && mv packing.tar pristine.tar
  fi
fi
exec 4<&-
"$native/bin/postgres" -D "$run/data" -p "$port" "$@" 3<&- &
server=$!
(
  read -r _ <&3
  : >"$run/stopping"
  # Again and again: the shell starts it with SIGQUIT ignored, so that the first may come before it listens.
  while kill -QUIT $server; do sleep 1; done
) &
reader=$!
exec 3<&-
wait $server
code=$?
if [ -f "$run/stopping" ]; then cd /; rm -rf "$run"; fi
kill $reader 2>/dev/null
exit $code
`;

const SETTINGS: Record<string, string | number> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Nothing here has to survive a crash.
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
  // Two cores and some GiB of memory; one migration sorts and joins a million rows.
  shared_buffers: '1GB',
  work_mem: '96MB',
  maintenance_work_mem: '256MB',
  temp_buffers: '64MB',
  max_connections: 200,
  max_worker_processes: 4,
  max_parallel_workers: 2,
  max_parallel_workers_per_gather: 1,
  autovacuum_max_workers: 1,
  // Containers often have a tiny /dev/shm.
  dynamic_shared_memory_type: 'mmap',
  jit: 'off',
  TimeZone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'fatal',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

type Supervisor = ChildProcessByStdio<Writable, null, null>;

const SUPERUSER = 'postgres';
const START_DEADLINE_MS = 60_000;

async function launch(
  identity: Identity,
  libraries: string,
  run: string,
  pristine: PristineCluster,
): Promise<PostgresServer> {
  const port = await freePort();
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command = '', ...args] = [
    ...identity.prefix,
    ...['/bin/sh', '-c', SUPERVISOR, 'postgres-supervisor'],
    ...[run, identity.binaries.native, libraries, String(port), SUPERUSER],
    ...settings,
  ];
  const supervisor = pristine.reading((archive) =>
    spawn(command, args, {
      ...identity.credentials,
      cwd: '/',
      // Its own session: Ctrl-C in the terminal reaches us first, and we may still want the database then.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore', 'ignore', archive ?? 'ignore'],
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    }),
  ) as Supervisor;
  const ended = new Promise<void>((resolve) => {
    supervisor.once('exit', () => resolve());
    supervisor.once('error', () => resolve());
  });
  supervisor.stdin.on('error', () => undefined);
  try {
    await ready(supervisor, run);
    const packed = join(run, 'pristine.tar');
    if (existsSync(packed)) {
      await pristine.keep(packed);
      rmSync(packed);
    }
  } catch (error) {
    supervisor.stdin.destroy();
    throw error;
  }
  // A forgotten stop() must not keep this process alive; the pipe closes with it.
  supervisor.unref();
  unrefPipe(supervisor);

  const url = (database: string): string => `postgres://${SUPERUSER}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  const maintenance = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: url('postgres') });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  return {
    host: '127.0.0.1',
    port,
    superuser: SUPERUSER,
    url,
    createDatabase: (database, template) =>
      maintenance(
        `CREATE DATABASE ${escapeIdentifier(database)}` +
          (template === undefined ? '' : ` TEMPLATE ${escapeIdentifier(template)}`),
      ),
    dropDatabase: (database) => maintenance(`DROP DATABASE ${escapeIdentifier(database)} WITH (FORCE)`),
    async stop() {
      supervisor.ref();
      supervisor.stdin.destroy();
      await ended;
      // The supervisor cannot remove the folder itself where the parent is not its user's.
      rmSync(run, { recursive: true, force: true });
    },
  };
}

/** Resolves when PostgreSQL accepts connections: it says so in the last line of its pid file. */
async function ready(supervisor: Supervisor, run: string): Promise<void> {
  let failure: Error | undefined;
  supervisor.once('error', (error) => (failure = error));
  const deadline = Date.now() + START_DEADLINE_MS;
  while (!/^ready\s*$/m.test(readIfThere(join(run, 'data', 'postmaster.pid')))) {
    if (failure !== undefined) throw failure;
    if (supervisor.exitCode !== null || supervisor.signalCode !== null || Date.now() > deadline) {
      throw new Error(`PostgreSQL did not start: ${readIfThere(join(run, 'log')).trim().slice(-2_000) || 'no output'}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function unrefPipe(supervisor: Supervisor): void {
  // Typed as a mere stream; in fact a socket.
  (supervisor.stdin as Writable & Partial<Pick<Socket, 'unref'>>).unref?.();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('The system gave no loopback port'));
      });
    });
  });
}
