import { abortCalls } from '../warehouse/postgres/statement-faults';
import { plantProcedureFault } from '../warehouse/v2';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP } from './worlds';

const TIME_OUTS = 2;

export const statementTimeout: Scenario = {
  name: 'statement-timeout',
  title: 'the call is ended by a time-out twice in the middle of its work; the machine retries it and it completes',
  events: 4_000,
  world: ONE_APP,

  async play(stage) {
    const app = stage.app();
    const client = await stage.database(app);
    // Long enough to be in the middle of it: after the insert, before the columns are filled.
    await plantProcedureFault(client, {
      schema: app.appId,
      procedure: 'sp_migrate_event_to_v2',
      step: 7,
      kind: 'sleep',
      seconds: 60,
      times: TIME_OUTS,
    });
    const fault = abortCalls(stage.world.postgres.warehouse(app.projectId).warehouse, {
      procedure: stage.eventsProcedure,
      schema: app.appId,
      when: { afterLogRows: 1, matching: 'UPDATE event_v2 % for user_first_touch_time_msec' },
      cause: { kind: 'wlm', rule: 'max_query_execution_time' },
      times: TIME_OUTS,
    });
    await stage.run();
    const events = stage.stateCount('Migrate events');
    return [
      equal('the time-out struck twice', fault.struck(), TIME_OUTS),
      holds('the machine saw both, and retried', events.failed >= TIME_OUTS, events),
    ];
  },

  expect: (result) => [
    ...migratedCompletely(result),
    equal('nobody had to redrive', result.execution.redrives, 0),
    equal('two calls were cancelled', result.statements.cancelled, TIME_OUTS),
  ],
};
