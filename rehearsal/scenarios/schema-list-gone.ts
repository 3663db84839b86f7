import { says, schemaWorkflows } from './guide';
import { schemaRepairAlone } from './schema-repair-alone';
import { equal, type Scenario } from './scenario';
import { languages, solutionRunsSchema } from './udf-world';

export const schemaListGone: Scenario = {
  name: 'schema-list-gone',
  title:
    'a life cycle rule has deleted the statements of a failed schema: refused; the solution writes them anew, redrive',
  events: 500,
  world: schemaRepairAlone.world,
  input: { approvals: { plan: false } },
  // Who may not list a bucket is told so of an object that is not there.
  refused: ['GetObject'],

  async play(stage) {
    const app = stage.app();
    await solutionRunsSchema(stage, app);
    const deleted = stage.world.account.plane.schemas.expireLists(app.projectId);
    const failed = await stage.run({ mode: 'repair-schema' });
    const toldOf = stage.childCause(app);
    const runs = schemaWorkflows(stage, app).length;
    await solutionRunsSchema(stage, app);
    const ended = await stage.redrive();
    return [
      equal('there were statements to delete', deleted > 0, true),
      equal('the execution failed', [failed.status, failed.error], ['FAILED', 'ChildrenFailed']),
      says('the step says what is missing, and who writes it anew', toldOf, [
        'SchemaNotRecognised',
        'not in S3 any more',
        'CreateApplicationSchemas',
      ]),
      equal('nothing was started', runs, 1),
      equal('the redrive succeeded', ended.status, 'SUCCEEDED'),
      equal(
        'the run of the statements written anew was repaired',
        schemaWorkflows(stage, app).map(({ status }) => status),
        ['FAILED', 'FAILED', 'SUCCEEDED'],
      ),
      equal('all six functions are external', (await languages(stage, app))['exfunc']?.length, 6),
    ];
  },

  expect: ({ execution }) => [equal('the execution succeeded', execution.status, 'SUCCEEDED')],
};
