import { startPostgres } from './server';

/**
 * One server for all worlds of this process: they find it as they would find somebody else's, which stays the one to be used
 * where there is one. Answers what ends it.
 */
export async function sharePostgres(): Promise<() => Promise<void>> {
  if ((process.env['REHEARSAL_DATABASE_URL'] ?? '') !== '') return () => Promise.resolve();
  const server = await startPostgres();
  process.env['REHEARSAL_DATABASE_URL'] = server.url('postgres');
  return async () => {
    delete process.env['REHEARSAL_DATABASE_URL'];
    await server.stop();
  };
}
