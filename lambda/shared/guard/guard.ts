import { AsyncLocalStorage } from 'node:async_hooks';
import { describeAwsError } from '../aws-errors';
import { isAct } from './acts';

/** Asked before every act of a step. */
export interface Guard {
  /** @throws UpgradeError LockLost when this request may not act any more */
  beforeAct(): Promise<void>;
}

/** Of steps that say in their schema why they act without the lock. */
export const WITHOUT_LOCK: Guard = { beforeAct: () => Promise.resolve() };

/** Nothing acts that has not said under which guard: whoever forgets it cannot act. */
export const UNDECLARED: Guard = {
  beforeAct: () => Promise.reject(new Error('A call that changes something was made outside of a guarded step')),
};

const current = new AsyncLocalStorage<Guard>();

/** Runs a pass: every act in it, however deep, asks this guard first. */
export function guardedBy<Result>(guard: Guard, run: () => Promise<Result>): Promise<Result> {
  return current.run(guard, run);
}

/**
 * Asks the guard of the pass that is running. Calls of a {@link guarded} client do it themselves; anything else that
 * changes something outside our own memory has to.
 */
export async function beforeAct(): Promise<void> {
  try {
    await (current.getStore() ?? UNDECLARED).beforeAct();
  } catch (error) {
    // Typed here: whoever makes the call knows what its service refuses, and would take Step Functions' words for that.
    throw describeAwsError(error);
  }
}

/** What the guard needs of an SDK client. */
interface Guardable<Input extends object, Output> {
  middlewareStack: {
    add(
      middleware: (
        next: (args: { input: Input }) => Promise<Output>,
        context: { commandName?: string },
      ) => (args: { input: Input }) => Promise<Output>,
      options: { step: 'initialize'; name: string; priority: 'high' },
    ): void;
  };
}

/**
 * An SDK client whose calls ask the guard before they change anything. Every client that a step makes is one (a test reads
 * the code for it). Outside the SDK's own retries: a refusal is no reason to try again.
 * Source: AWS SDK for JavaScript v3, middleware stack (the handlers of the initialize step run once a command)
 */
export function guarded<Client extends { middlewareStack: object }>(client: Client): Client {
  const { middlewareStack } = client as Guardable<Record<string, unknown>, unknown>;
  middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const { STATE_TABLE: table, PLAN_BUCKET: bucket } = process.env;
        if (isAct(commandName, args.input, { table, bucket })) await beforeAct();
        return next(args);
      },
    { step: 'initialize', name: 'lockGuard', priority: 'high' },
  );
  return client;
}
