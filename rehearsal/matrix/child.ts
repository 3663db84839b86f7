import { failureText } from '../failure-text';
import type { Asked, FromPlayer, ToPlayer } from './messages';
import { Player } from './player';

/** A process of the matrix: plays the rows that it is told to. Argument: the seed. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

async function main(): Promise<void> {
  const player = await Player.open(Number(process.argv[2]));
  const say = (message: FromPlayer): void => void process.send?.(message);
  const end = async (): Promise<void> => {
    await player.close();
    process.exit(0);
  };
  process.on('message', (message: ToPlayer) => {
    if (message.type === 'end') void end();
    else void play(player, message.asked, say);
  });
  // Without the process that leads there is nobody to play for; PostgreSQL ends with this one.
  process.on('disconnect', () => process.exit(1));
  say({ type: 'ready' });
}

async function play(
  player: Player,
  { states, interruption }: Asked,
  say: (message: FromPlayer) => void,
): Promise<void> {
  for await (const row of player.rows(states, interruption)) say({ type: 'played', row });
  say({ type: 'ready' });
}

void main().catch((error: unknown) => {
  process.stderr.write(`${failureText(error)}\n`);
  process.exit(1);
});
