import type { Stage } from '../run/stage';
import { plantDataFault, type PlantedFault } from '../warehouse/generator/data-faults';
import { plantProcedureFault } from '../warehouse/v2';
import { beforeUpgrade, childrenOf, pipelineWorkflows, says, upgradedCompletely } from './guide';
import { actedOn } from './outside';
import { equal, holds, migratedCompletely, type Check, type Scenario } from './scenario';
import { TWO_PROJECTS } from './worlds';

/** Refreshing an app's base view fails at its second step, for good until somebody repairs it. */
const LATER = {
  procedure: 'clickstream_event_base_view_sp',
  step: 2,
  kind: 'error',
  message: 'disk full',
  times: 1,
} as const;

export const againOnlyUnfinished: Scenario = {
  name: 'again-only-unfinished',
  title:
    'of three apps in two projects one fails in the middle and one later; a redrive runs these two again, and only them',
  events: 4_000,
  ...beforeUpgrade(TWO_PROJECTS.projects),

  async play(stage) {
    const [middle, finished, later] = [stage.app(0), stage.app(1), stage.app(2)];
    const client = await stage.database(middle);
    let planted: PlantedFault | undefined;
    stage.beforeFirstCall(middle, async () => {
      planted = await plantDataFault(client, { schema: middle.appId, fault: 'null-user-pseudo-id' });
    });
    stage.beforeCall(later, LATER.procedure, async () => {
      await plantProcedureFault(await stage.database(later), { schema: later.appId, ...LATER });
    });
    const failed = await stage.run();
    const first = statesByApp(stage);
    const done = acts(stage, finished.appId);
    await planted?.repair(client);
    await stage.redrive();
    const again = statesByApp(stage, first);
    const { projectId } = finished;
    return [
      equal('the execution failed first', [failed.status, failed.error], ['FAILED', 'ChildrenFailed']),
      says('the judge names both apps', failed.cause, [middle.appId, later.appId, 'disk full']),
      holds('and not the finished one', failed.cause?.includes(finished.appId) === false, failed.cause),
      equal('one had stopped at its events', first.of(middle.appId).at(-1), 'Migrate events'),
      equal('one at its base view', first.of(later.appId).at(-1), 'Refresh base view'),
      holds('one had come to its end', first.of(finished.appId).includes('Verify parity')),
      equal('the redrive entered no state of the finished app', again.of(finished.appId), []),
      holds(
        'and ran the others from their first state to their last',
        [middle, later].every(({ appId }) => ends(again.of(appId))),
        [middle, later].map(({ appId }) => again.of(appId)),
      ),
      equal('one child execution worked on the finished app', childrenOf(stage, projectId, finished.appId), 1),
      equal(
        'and two on each of the others',
        [middle, later].map((app) => childrenOf(stage, app.projectId, app.appId)),
        [2, 2],
      ),
      equal('no statement was sent to the finished app’s schema again', acts(stage, finished.appId), done),
      ...[middle, later].flatMap((app) => onlyOnce(stage, app.projectId)),
      equal('one change set was made', actedOn(stage, 'cloudformation', 'CreateChangeSet').length, 1),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};

interface Entered {
  /** States that an app's child executions entered, in their order. */
  of(appId: string): string[];
  spans: number;
}

/** States of each app, those of an earlier look left out. */
function statesByApp({ recorder }: Stage, before?: Entered): Entered {
  const seen = recorder.spans.slice(before?.spans ?? 0);
  const of = (appId: string): string[] =>
    seen
      .filter(({ executionArn }) => recorder.executions.get(executionArn)?.name.endsWith(` / ${appId}`) === true)
      .map(({ state }) => state);
  return { of, spans: recorder.spans.length };
}

function ends(states: readonly string[]): boolean {
  return states[0] === 'Repair the schema' && states.includes('Verify parity');
}

/** Statements about an app's schema so far, reading ones too. */
function acts(stage: Stage, appId: string): number {
  return actedOn(stage, 'redshift-data', 'ExecuteStatement').filter(({ input }) => input.includes(appId)).length;
}

function onlyOnce(stage: Stage, projectId: string): Check[] {
  return [equal(`${projectId}: its pipeline was upgraded once`, pipelineWorkflows(stage, projectId).length, 1)];
}
