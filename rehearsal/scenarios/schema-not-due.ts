import { buildOf } from '../solution/releases';
import { pipelineWorkflows, schemaWorkflows, upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP, RELEASE } from './worlds';

/** The release that brought the new data model. */
const SAME_SCHEMA = buildOf('v1.1.6') ?? '';
/** The step gives a workflow that is due ten minutes to begin. */
const PATIENCE_SECONDS = 9 * 60;

export const schemaNotDue: Scenario = {
  name: 'schema-not-due',
  title: 'two releases with the same schema: proved by its objects, nobody waits for a workflow that never comes',
  events: 1_000,
  // Whatever has a time zone keeps it.
  world: { ...ONE_APP, version: SAME_SCHEMA },
  input: { console: { targetVersion: RELEASE } },

  async play(stage) {
    const app = stage.app();
    stage.world.account.plane.schemas.schemaUnchanged();
    await stage.run();
    const spans = stage.recorder.spans.filter(({ state }) => state === 'Wait for schema');
    const items = await stage.world.stateItems();
    const record = items.find(
      ({ pk }) => pk === `step/${stage.rootName}/wait-for-schema/${app.projectId}/${app.appId}`,
    );
    return [
      equal(
        'the pipeline was upgraded',
        pipelineWorkflows(stage, app.projectId).map(({ status }) => status),
        ['SUCCEEDED'],
      ),
      equal('no execution created a schema', schemaWorkflows(stage, app), []),
      equal('the step says so', record?.['facts'], { changed: false }),
      holds(
        'it did not wait for one',
        spans.length > 0 && seconds(spans) < PATIENCE_SECONDS,
        `${String(seconds(spans))} s in ${String(spans.length)} passes`,
      ),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('nobody had to redrive', result.execution.redrives, 0)],
};

function seconds(spans: readonly { fromMs: number; toMs: number | undefined }[]): number {
  return spans.reduce((sum, { fromMs, toMs = Infinity }) => sum + (toMs - fromMs) / 1_000, 0);
}
