import type { Stage } from '../run/stage';
import { plantProcedureFault } from '../warehouse/v2';
import { untilAsleep } from './asleep';
import { equal, holds, type Check } from './scenario';

/** An execution of the guardian. */
export interface Guardian {
  executionArn: string;
  status: string;
  /** The root that it looks after, and that one's redrives by then. */
  root: string;
  redriveCount: number;
}

/** Oldest first. */
export function guardians({ world }: Stage): Guardian[] {
  const { engine, guardianArn } = world.account;
  return engine
    .listExecutions({ stateMachineArn: guardianArn })
    .executions.map(({ executionArn }) => {
      const { status, input } = engine.describeExecution({ executionArn: String(executionArn) });
      const { root, redriveCount } = JSON.parse(String(input)) as { root: string; redriveCount: number };
      return { executionArn: String(executionArn), status: String(status), root, redriveCount };
    })
    .reverse();
}

const LOOK_MS = 1_000;

/** The guardian of the root's last end, once EventBridge has started it. */
export async function guardianStarted(stage: Stage): Promise<Guardian> {
  const { redriveCount } = stage.describe();
  for (;;) {
    const found = guardians(stage).find((one) => one.root === stage.root && one.redriveCount === redriveCount);
    if (found !== undefined) return found;
    await passes(stage, LOOK_MS);
  }
}

/** The guardian of the root's last end, once it has come to its own. */
export async function guardianEnded(stage: Stage): Promise<Guardian> {
  const { executionArn } = await guardianStarted(stage);
  const { engine } = stage.world.account;
  const { status, error } = await engine.waitForEnd(executionArn);
  stage.note(`The guardian ended ${String(status)}${typeof error === 'string' ? `: ${error}` : ''}`);
  const ended = guardians(stage).find((one) => one.executionArn === executionArn);
  if (ended === undefined) throw new Error('The guardian is gone');
  return ended;
}

function passes({ world }: Stage, ms: number): Promise<void> {
  return world.clock.sleep(ms);
}

/** What people were told, oldest first. */
export function notifications({ world }: Stage): { title: string; description: string; nextSteps: string[] }[] {
  return world.account.ownEvents.topics.published.map(({ message }) => {
    const { content } = JSON.parse(message) as {
      content: { title: string; description: string; nextSteps: string[] };
    };
    return content;
  });
}

/** Title, text and next steps of the last one. */
export function lastNotification(stage: Stage): string {
  const last = notifications(stage).at(-1);
  return last === undefined ? 'nobody was told' : [last.title, last.description, ...last.nextSteps].join('\n');
}

/** How long a call would go on if nobody cancelled it, in real time: longer than a guardian takes on any machine. */
const LONG_CALL_SECONDS = 900;

/** Starts an execution and resolves in the middle of its first call that moves events. */
export async function inTheMiddleOfACall(stage: Stage): Promise<void> {
  const app = stage.app();
  const client = await stage.database(app);
  await plantProcedureFault(client, {
    schema: app.appId,
    procedure: 'sp_migrate_event_to_v2',
    step: 7,
    kind: 'sleep',
    seconds: LONG_CALL_SECONDS,
    times: 1,
  });
  stage.start();
  await untilAsleep(client, stage.ended());
}

/** Keys of what is held, without the prefix and the region. */
export async function heldResources(stage: Stage): Promise<string[]> {
  const items = await stage.world.stateItems();
  return items
    .filter(({ pk, state }) => String(pk).startsWith('hold/') && state !== 'restored')
    .map(({ pk }) => String(pk).split('/')[1] ?? '')
    .sort();
}

/** What a guardian leaves of a root that died in the middle of a call: the lock, and nothing else. */
export async function everythingGivenBack(stage: Stage, guardian: Guardian): Promise<Check[]> {
  const items = await stage.world.stateItems();
  const locks = items.filter(({ pk }) => String(pk).startsWith('lock/'));
  const [call] = stage.callsOf(stage.app());
  return [
    equal('the guardian came to a good end', guardian.status, 'SUCCEEDED'),
    equal('nothing is held any longer', await heldResources(stage), []),
    equal(
      'the root still has the lock',
      locks.map(({ owner, state }) => [owner, state]),
      [[stage.root, 'held']],
    ),
    holds('the call was cancelled', call?.cancelled === true, call),
  ];
}

/** The redriven root has paused and scaled again before it went on. */
export function tookAgain(stage: Stage): Check[] {
  return ['Pause data processing again', 'Scale Redshift up again'].map((state) =>
    holds(`"${state}" was played`, stage.stateCount(state).entered > 0, stage.stateCount(state)),
  );
}
