import type { Stage } from '../run/stage';
import { schemaOf, type AppRef } from '../world/description';
import { says, upgradedCompletely } from './guide';
import { equal, migratedCompletely, type Scenario } from './scenario';
import { asAdministrator, handlerAgrees, withoutPython } from './udf-world';

/** A query whose answer is many times as long: it is told as text, and again member by member. */
const LONG_QUERY = 'x'.repeat(3_500);

export const udfAnswerTooLarge: Scenario = {
  name: 'udf-answer-too-large',
  title:
    'somebody has declared a function with Redshift’s own batches: answers exceed Lambda’s 6 MB; declared anew, redriven',
  events: 8_000,
  ...withoutPython(),

  async play(stage) {
    const app = stage.app();
    const byHand = declaration(stage, app);
    await lengthenUrls(stage, app);
    stage.beforeFirstCall(app, () => asAdministrator(stage, app, [byHand]));
    const failed = await stage.run();
    const said = stage.childCause(app);
    stage.note('Declaring the function with its own batches again');
    await asAdministrator(stage, app, [`${byHand} MAX_BATCH_ROWS 2000 MAX_BATCH_SIZE 256 KB`]);
    await stage.redrive();
    return [
      equal('the execution failed first', [failed.status, failed.error], ['FAILED', 'ChildrenFailed']),
      says('the judge names the app and the code', failed.cause, ['ProcedureFailed', app.appId, '32103']),
      says('the step names the limit, and what to do', said, [
        'The answer of parse_utm_from_url',
        'smaller batches',
        'redrive',
      ]),
      ...(await upgradedCompletely(stage)),
      ...(await handlerAgrees(stage)),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};

function declaration({ world: { account } }: Stage, { region, appId }: AppRef): string {
  const { functionArn = '', roleArn = '' } = account.udf(region) ?? {};
  const name = functionArn.slice(functionArn.lastIndexOf(':') + 1);
  const types = 'varchar(65535), varchar(65535), varchar(65535)';
  return `CREATE OR REPLACE EXTERNAL FUNCTION "${schemaOf(appId)}".parse_utm_from_url (${types})
    RETURNS varchar(65535) STABLE LAMBDA '${name}' IAM_ROLE '${roleArn}'`;
}

async function lengthenUrls(stage: Stage, app: AppRef): Promise<void> {
  await stage.rows(
    app,
    `UPDATE {}.event_parameter SET event_param_string_value = event_param_string_value ||
       CASE WHEN strpos(event_param_string_value, '?') > 0 THEN '&' ELSE '?' END || 'long=${LONG_QUERY}'
     WHERE event_param_key = '_page_url'`,
  );
}
