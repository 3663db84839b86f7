// Runs one bundled function inside a worker thread: what Lambda's Node.js runtime client does for a handler.
// Plain JavaScript, because a worker has no TypeScript loader.
// Source: Lambda Developer Guide, nodejs-handler, nodejs-context, nodejs-exceptions

import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * @typedef {{ modulePath: string, handlerName: string, handler: string }} Start
 * @typedef {{ id: string, payload: string, deadlineInMs: number, context: Record<string, unknown> }} Invocation
 * @typedef {{ errorType: string, errorMessage: string, trace: string[] }} Failure
 * @typedef {(event: unknown, context: object) => unknown} Handler
 */

/** @type {unknown} */
const data = workerData;
const start = /** @type {Start} */ (data);
const port = parentPort;
if (port === null) throw new Error('worker.mjs runs in a worker thread only');

/** @type {Promise<{ handler: Handler } | { failure: Failure }>} */
const loaded = load();

port.on('message', (/** @type {Invocation} */ invocation) => void run(invocation));

// In Lambda either of these ends the execution environment, after the error was reported.
process.on('unhandledRejection', (reason) => {
  port.postMessage({
    type: 'crash',
    failure: { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: describe(reason), trace: traceOf(reason) },
  });
});
process.on('uncaughtException', (error) => {
  port.postMessage({ type: 'crash', failure: failureOf(error) });
});

/** @param {Invocation} invocation */
async function run(invocation) {
  const { id, payload } = invocation;
  const ready = await loaded;
  if ('failure' in ready) {
    port?.postMessage({ type: 'failed', id, failure: ready.failure });
    return;
  }
  try {
    const result = await ready.handler(JSON.parse(payload), contextOf(invocation));
    // What cannot be written as JSON (undefined, a function) is answered as null.
    const text = /** @type {string | undefined} */ (JSON.stringify(result));
    port?.postMessage({ type: 'returned', id, payload: text ?? 'null' });
  } catch (error) {
    port?.postMessage({ type: 'failed', id, failure: failureOf(error) });
  }
}

async function load() {
  try {
    const imported = /** @type {unknown} */ (await import(pathToFileURL(start.modulePath).href));
    const module = /** @type {Record<string, unknown>} */ (imported);
    const handler = module[start.handlerName];
    if (typeof handler === 'function') return { handler: /** @type {Handler} */ (handler) };
    const errorMessage = `${start.handler} is undefined or not exported`;
    return { failure: { errorType: 'Runtime.HandlerNotFound', errorMessage, trace: [] } };
  } catch (error) {
    const failure = failureOf(error);
    if (error instanceof SyntaxError) return { failure: { ...failure, errorType: 'Runtime.UserCodeSyntaxError' } };
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_MODULE_NOT_FOUND') return { failure: { ...failure, errorType: 'Runtime.ImportModuleError' } };
    return { failure };
  }
}

/** @param {Invocation} invocation */
function contextOf({ deadlineInMs, context }) {
  const startedAt = performance.now();
  return {
    ...context,
    callbackWaitsForEmptyEventLoop: true,
    // Real time since the start: the thread cannot see the virtual clock, and our handlers never ask.
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadlineInMs - (performance.now() - startedAt))),
  };
}

/**
 * @param {unknown} error
 * @returns {Failure}
 */
function failureOf(error) {
  if (error instanceof Error || types.isNativeError(error)) {
    return { errorType: error.name, errorMessage: error.message, trace: traceOf(error) };
  }
  return { errorType: typeof error, errorMessage: describe(error), trace: [] };
}

/** @param {unknown} error */
function traceOf(error) {
  return error instanceof Error ? (error.stack ?? '').split('\n') : [];
}

/** @param {unknown} value */
function describe(value) {
  return value instanceof Error ? `${value.name}: ${value.message}` : String(value);
}
