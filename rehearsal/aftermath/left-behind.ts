import { PostgresData } from '../world/postgres-data';
import type { World } from '../world/world';

export interface LeftBehindOptions {
  /** A failed root keeps what its redrive goes on from: lock, turns and journal. False where it is left out. */
  mayBeRedriven?: boolean;
  /** Projects whose data processing may rest: a half-upgraded pipeline must not run. None where it is left out. */
  mayRest?: (projectId: string) => boolean;
}

/**
 * Sentences about everything that is paused, scaled, suspended or running although nothing should be any more; none where
 * all is well. Time goes by the world's clock: what ends by itself in a while is still running now.
 */
export async function leftBehind(world: World, options: LeftBehindOptions = {}): Promise<string[]> {
  return [
    ...(await inStateTable(world, options)),
    ...running(world),
    ...(await inWarehouses(world)),
    ...pausedRules(world, options),
    ...capacity(world),
  ];
}

/** Holds, journal records, lock and turns, by what their keys begin with. */
async function inStateTable(world: World, options: LeftBehindOptions): Promise<string[]> {
  const { mayBeRedriven = false, mayRest = () => false } = options;
  const found: string[] = [];
  for (const { pk, state, owner, holders } of await world.stateItems()) {
    const key = String(pk);
    const [kind, resource] = key.split('/');
    const rests = resource === 'rule' && Array.isArray(holders) && holders.every((one) => mayRest(String(one)));
    if (kind === 'hold' && state === 'held' && !rests) found.push(`the hold ${key} is still held`);
    if (mayBeRedriven) continue;
    if (kind === 'journal' && LIVING.has(String(state))) found.push(`the record ${key} is still ${String(state)}`);
    if (kind === 'lock' && state === 'held') found.push(`${String(owner)} still has the lock ${key}`);
    if ((kind === 'turn' || kind === 'turns') && (state === 'held' || state === 'taken'))
      found.push(`the turn ${key} has not been given back`);
  }
  return found;
}

/** Records in these states mean: a call is being made, or waited for. */
const LIVING: ReadonlySet<string> = new Set(['open', 'alive', 'started', 'asked']);

function running({ account }: World): string[] {
  const stacks = account.stacks.all.filter(({ status }) => status.endsWith('_IN_PROGRESS'));
  return [
    ...account.data.running.map(({ id, sql }) => `statement ${id} is still running: ${sql.slice(0, 120)}`),
    ...account.engine.unfinished().map(({ arn, status }) => `${arn} is still ${status}`),
    ...stacks.map(({ stackName, status }) => `the stack ${stackName} is ${status}`),
  ];
}

/** What the database itself says is being worked on: a statement whose Data API record has ended may live on. */
async function inWarehouses({ plane, apps }: World): Promise<string[]> {
  if (!(plane instanceof PostgresData)) return [];
  const found: string[] = [];
  for (const projectId of new Set(apps.map((app) => app.projectId))) {
    const client = await plane.client(projectId);
    const { rows } = await client.query<{ query: string }>(
      `SELECT query FROM pg_stat_activity
       WHERE datname = current_database() AND backend_type = 'client backend' AND state <> 'idle'
         AND query <> 'DISCARD ALL' AND pid <> pg_backend_pid()`,
    );
    for (const { query } of rows) found.push(`a session of ${projectId} still works: ${query.slice(0, 120)}`);
  }
  return found;
}

/** Rules that the solution's templates enable. */
function pausedRules({ account: { plane }, apps }: World, { mayRest }: LeftBehindOptions): string[] {
  const projects = [...new Set(apps.map(({ projectId }) => projectId))].filter((id) => mayRest?.(id) !== true);
  return projects
    .flatMap((projectId) => plane.processing.of(projectId).rules)
    .filter(({ state }) => state !== 'DISABLED')
    .filter(({ region, name }) => plane.events.find(region, name)?.state === 'DISABLED')
    .map(({ region, name }) => `the rule ${name} in ${region} is still disabled`);
}

function capacity({ account }: World): string[] {
  const found: string[] = [];
  for (const { region, name, busy = false } of account.workgroups.all) {
    if (busy) found.push(`the workgroup ${name} in ${region} is still being changed`);
  }
  for (const { description, group, service, target } of account.plane.fleets.all) {
    const fleet = `the fleet of ${description.projectId}`;
    const suspended = Object.entries(target.suspended).filter(([, isSuspended]) => isSuspended);
    if (suspended.length > 0) found.push(`${fleet}: ${suspended.map(([what]) => what).join(', ')}`);
    if (service.unplaced > 0) found.push(`${fleet}: ${String(service.unplaced)} tasks find no instance`);
    for (const { instanceId, state, isProtected } of group?.instances ?? []) {
      if (state.startsWith('Terminating') || state.startsWith('Warmed:Term')) {
        found.push(`${fleet}: ${instanceId} is ${state}`);
      }
      if (isProtected) found.push(`${fleet}: ${instanceId} is still protected from scale-in`);
    }
  }
  return found;
}
