import { createFunction } from '../../lambda/shared/udf/functions';
import type { Stage } from '../run/stage';
import type { AppRef } from '../world/description';
import { upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { asAdministrator, handlerAgrees, withoutPython } from './udf-world';

/** A query whose answer is many times as long: it is told as text, and again member by member. */
const LONG_QUERY = 'x'.repeat(6_000);

export const udfAnswerTooLarge: Scenario = {
  name: 'udf-answer-too-large',
  title:
    'somebody has declared a function with Redshift’s own batches: answers exceed Lambda’s 6 MB; declared anew, redriven',
  events: 4_000,
  ...withoutPython(),

  async play(stage) {
    const app = stage.app();
    const ours = createFunction(app.appId, 'parse_utm_from_url', udfOf(stage, app)).text;
    await lengthenUrls(stage, app);
    stage.beforeFirstCall(app, () => asAdministrator(stage, app, [ours.replace(/MAX_BATCH_ROWS .*$/, '')]));
    const failed = await stage.run();
    stage.note('Declaring the function with its own batches again');
    await asAdministrator(stage, app, [ours]);
    await stage.redrive();
    return [
      equal('the execution failed first', [failed.status, failed.error], ['FAILED', 'ChildrenFailed']),
      holds(
        'the judge names the app, the code and the limit',
        ['ProcedureFailed', app.appId, '32103', 'MAX_BATCH_ROWS'].every((word) => failed.cause?.includes(word)),
        failed.cause,
      ),
      ...(await upgradedCompletely(stage)),
      ...(await handlerAgrees(stage)),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};

function udfOf({ world: { account } }: Stage, { region }: AppRef): { functionName: string; roleArn: string } {
  const { functionArn = '', roleArn = '' } = account.udf(region) ?? {};
  return { functionName: functionArn.slice(functionArn.lastIndexOf(':') + 1), roleArn };
}

async function lengthenUrls(stage: Stage, app: AppRef): Promise<void> {
  await stage.rows(
    app,
    `UPDATE {}.event_parameter SET event_param_string_value = event_param_string_value ||
       CASE WHEN strpos(event_param_string_value, '?') > 0 THEN '&' ELSE '?' END || 'long=${LONG_QUERY}'
     WHERE event_param_key = '_page_url'`,
  );
}
