import type { LoggedCall } from '../aws/call-log';
import type { Stage } from '../run/stage';

/** Sees what is changed outside our own stack from now on: asked, it tells each such call. */
export function watchOutside({ world }: Stage): () => string[] {
  const { account } = world;
  const isOurs = (arn: string): boolean => account.isOurs(arn);
  const before = new Set(account.callLog.mutationsOutside(isOurs));
  return () =>
    account.callLog
      .mutationsOutside(isOurs)
      .filter((call) => !before.has(call) && !isProbe(call) && !isOwnAnswer(call))
      .map(({ service, operation, resources }) => `${service}:${operation} ${resources.join()}`);
}

/** A Task of our own machine is answered; tokens have no ARN. */
function isOwnAnswer({ service, operation }: LoggedCall): boolean {
  return service === 'states' && operation.startsWith('SendTask');
}

/** Creates a function and takes it back in the same transaction; {@link probes} counts them. */
function isProbe({ service, input }: LoggedCall): boolean {
  return service === 'redshift-data' && input.includes(PROBE);
}

const PROBE = 'clickstream_upgrade_probe_';

/** How often a warehouse was asked whether it takes Python functions. */
export function probes({ world }: Stage): number {
  return world.account.callLog.mutations().filter(isProbe).length;
}

/** Functions of the probe that were left behind in an app's database. */
export async function probesLeft(stage: Stage): Promise<string[]> {
  const rows = await stage.rows<{ name: string }>(
    stage.app(),
    `SELECT proname AS name FROM pg_proc WHERE proname LIKE '${PROBE}%'`,
  );
  return rows.map(({ name }) => name);
}

/** Calls of an operation that the account has acted on, whether or not its answer arrived. */
export function actedOn({ world }: Stage, service: string, operation: string): LoggedCall[] {
  return world.account.callLog
    .of(service, operation)
    .filter(({ outcome }) => outcome.kind === 'answered' || outcome.kind === 'answer-lost');
}

/** Values of a text member of some calls' inputs, each once. */
export function membersOf(calls: readonly LoggedCall[], member: string): string[] {
  const value = new RegExp(`"${member}":"([^"]*)"`);
  return [...new Set(calls.map(({ input }) => value.exec(input)?.[1] ?? ''))];
}
