import type { Stage } from '../run/stage';
import { beforeUpgrade, putBack, says, upgradedCompletely } from './guide';
import { probes, watchOutside } from './outside';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { RELEASE } from './worlds';

export const alreadyUpgraded: Scenario = {
  name: 'already-upgraded',
  title:
    'console, pipeline and data are done and cleaned up: one more execution ends with a report and changes nothing',
  events: 1_000,
  ...beforeUpgrade(),

  async play(stage) {
    const upgraded = await stage.run();
    await stage.settleAppResults();
    const cleaned = await stage.run({ mode: 'cleanup' });
    const before = await stage.fingerprints();
    const asked = probes(stage);
    const touched = watchOutside(stage);
    const again = await stage.run();
    const output = stage.output() as { report?: unknown } | undefined;
    const report = reportOf(stage);
    return [
      equal('the upgrade and the clean-up succeeded', [upgraded.status, cleaned.status], ['SUCCEEDED', 'SUCCEEDED']),
      equal('one more execution succeeds', again.status, 'SUCCEEDED'),
      equal('it changes nothing outside our own stack', touched(), []),
      equal('it does not even ask for Python functions, which nobody needs', probes(stage) - asked, 0),
      equal("the customer's tables are unchanged", await stage.changedSince(before), []),
      holds('it ends with a report', typeof output?.report === 'string', output),
      says('the report tells why nothing was done', report, ['nothing is left to do', `it is at ${RELEASE}`]),
      equal('no clean-up is left either', (await stage.run({ mode: 'cleanup' })).status, 'SUCCEEDED'),
      equal('nor does that change anything', touched(), []),
      ...(await upgradedCompletely(stage)),
      ...(await putBack(stage)),
    ];
  },

  expect: (result) => migratedCompletely(result),
};

function reportOf({ world, rootName }: Stage): string | undefined {
  const { buckets, planBucket } = world.account;
  return buckets.readObject(planBucket, `reports/${rootName}/report.json`)?.toString();
}
