import { schemaWorkflows } from './guide';
import { equal, migratedCompletely, type Scenario } from './scenario';
import { languages, withoutPython } from './udf-world';

export const schemaRepairAfterCleanUp: Scenario = {
  name: 'schema-repair-after-clean-up',
  title: 'a clean-up has dropped the functions that only the migration needs: a repair of schemas does not miss them',
  events: 500,
  ...withoutPython(),

  async play(stage) {
    const app = stage.app();
    await stage.run();
    await stage.settleAppResults();
    const cleaned = await stage.run({ mode: 'cleanup' });
    const kept = (await languages(stage, app))['exfunc'];
    const runs = schemaWorkflows(stage, app).length;
    const repaired = await stage.run({ mode: 'repair-schema' });
    return [
      equal('the clean-up and the repair succeeded', [cleaned.status, repaired.status], ['SUCCEEDED', 'SUCCEEDED']),
      equal('the function that the daily scan needs was kept', kept, ['convert_json_list']),
      equal('the repair brought none back', await languages(stage, app), { exfunc: ['convert_json_list'] }),
      equal('and started nothing', schemaWorkflows(stage, app).length, runs),
    ];
  },

  expect: (result) => migratedCompletely(result),
};
