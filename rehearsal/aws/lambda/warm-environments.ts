import type { KnownCredentials } from '../iam/credentials';
import type { FunctionWorker } from './function-worker';

/**
 * Environments that outlive an account: the next one of the same deployment finds its functions warm, as AWS would have kept
 * them. They call the door at the address they were started with and sign with the keys they have, so both are handed on.
 * Only for one account at a time.
 */
export class WarmEnvironments {
  /** Living workers by function ARN, least recently used first. */
  readonly workers = new Map<string, FunctionWorker>();
  readonly keys = new Map<string, KnownCredentials>();
  /** Of the door; 0 until there was one. */
  port = 0;

  async close(): Promise<void> {
    await Promise.all([...this.workers.values()].map((worker) => worker.terminate()));
  }
}
