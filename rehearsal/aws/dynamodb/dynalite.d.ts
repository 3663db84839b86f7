/** What of dynalite (no types of its own) is used. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }
  function dynalite(options?: DynaliteOptions): Server;
  export = dynalite;
}

declare module 'dynalite/validations/*' {
  /** The members of the operation's input that dynalite knows; it drops all others silently. */
  export const types: Record<string, unknown>;
}
