import { startPostgres } from '../../../../rehearsal/warehouse/postgres/server';

/** A process that starts PostgreSQL in the folder it is given, says so, and stays until it is killed. */
async function main(directory: string): Promise<void> {
  await startPostgres({ directory });
  process.stdout.write('started\n');
  setInterval(() => undefined, 60_000);
}

void main(process.argv[2] ?? '');
