import { failureText } from '../failure-text';
import { WarmEnvironments } from '../aws/lambda/warm-environments';
import { sharePostgres } from '../warehouse/postgres/shared';
import { chaosWorld } from './draw-world';
import { playWorld } from './play-world';
import type { ToParent, ToWorker } from './worker-messages';

/** A process that plays one world after the other, all of them on one PostgreSQL server. */

const TOLD_EVERY_MS = 2_000;
const TOLD_STATES = 6;

/** Starting a function costs more than a tiny world's work in it. */
const warm = new WarmEnvironments();

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

async function play(seed: number): Promise<void> {
  const last: string[] = [];
  let events = 0;
  const tell = setInterval(() => {
    send({ kind: 'alive', seed, events, last: last.slice(-TOLD_STATES) });
  }, TOLD_EVERY_MS);
  try {
    const row = await playWorld(chaosWorld(seed), {
      warm,
      onEvent: (event) => {
        events += 1;
        if (event.type !== 'state-entered' && event.type !== 'state-failed') return;
        last.push(event.type === 'state-failed' ? `${event.state} failed: ${event.error}` : event.state);
        if (last.length > 4 * TOLD_STATES) last.splice(0, last.length - TOLD_STATES);
      },
    });
    send({ kind: 'row', seed, row });
  } finally {
    clearInterval(tell);
  }
}

function send(message: ToParent): void {
  process.send?.(message);
}

// An error that nobody waits for is one of the rehearsal; the world that it belongs to ends with this process.
const ready = sharePostgres();
process.on('message', (message: ToWorker) => {
  void ready
    .then(() => play(message.seed))
    .catch((error: unknown) => {
      process.stderr.write(`${failureText(error)}\n`);
      process.exit(1);
    });
});
process.on('disconnect', () => process.exit(0));
