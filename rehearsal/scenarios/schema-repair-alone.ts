import { consoleStack } from './console-world';
import { pipelineWorkflows, putBack, schemaWorkflows } from './guide';
import { equal, holds, type Scenario } from './scenario';
import { languages, solutionRunsSchema } from './udf-world';
import { ONE_APP, RELEASE } from './worlds';

export const schemaRepairAlone: Scenario = {
  name: 'schema-repair-alone',
  title: 'after an app was added to an upgraded pipeline, its schema fails at Python: mode repair-schema, nothing else',
  events: 500,
  world: { ...ONE_APP, version: 'v1.1.7-202409201200', pythonUdfs: 'gone' },
  input: { approvals: { plan: false } },

  async play(stage) {
    const app = stage.app();
    await solutionRunsSchema(stage, app);
    const [before] = schemaWorkflows(stage, app);
    const console = structuredClone(consoleStack(stage));
    const ended = await stage.run({ mode: 'repair-schema' });
    const runs = schemaWorkflows(stage, app);
    const again = await stage.run({ mode: 'repair-schema' });
    return [
      equal('the solution’s own run had failed', before?.status, 'FAILED'),
      equal('the repair succeeded', ended.status, 'SUCCEEDED'),
      equal(
        'one more run was started, and succeeded',
        runs.map(({ status }) => status),
        ['FAILED', 'SUCCEEDED'],
      ),
      holds(
        'the web console finds it by its name',
        /^webshop-\d{8}T\d{9}Z-\d+$/.test(runs.at(-1)?.name ?? ''),
        runs.at(-1)?.name,
      ),
      equal('all six functions are external', (await languages(stage, app))['exfunc']?.length, 6),
      equal('no Python function is left', (await languages(stage, app))['plpythonu'], undefined),
      equal('said again, it starts nothing', [again.status, schemaWorkflows(stage, app).length], ['SUCCEEDED', 2]),
      equal('the web console is as it was', consoleStack(stage), console),
      holds('it is at the release', console.description.includes(RELEASE)),
      equal('no pipeline was upgraded', pipelineWorkflows(stage, app.projectId).length, 0),
      equal('no procedure was called', stage.callsOf(app).length, 0),
      ...(await putBack(stage)),
    ];
  },

  expect: ({ execution }) => [equal('the execution succeeded', execution.status, 'SUCCEEDED')],
};
