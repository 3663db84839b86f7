import { beforeUpgrade, says, upgradedCompletely } from './guide';
import { watchOutside } from './outside';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';

const REASON = 'Not in the week of the sale';

const { world, input } = beforeUpgrade();

export const approvalRejected: Scenario = {
  name: 'approval-rejected',
  title: 'a person says no, and why: nothing is touched; a redrive asks anew, and with a yes it completes',
  events: 1_000,
  world,
  input: { ...input, approvals: { plan: true } },
  sayings: [{ no: REASON }],

  async play(stage) {
    const touched = watchOutside(stage);
    const before = await stage.fingerprints();
    const rejected = await stage.run();
    const said = await stage.approval();
    const changed = await stage.changedSince(before);
    const acts = touched();
    const takenSoFar = stage.stateCount('Take the lock').entered;
    await stage.redrive();
    const yes = await stage.approval();
    return [
      equal('the execution failed with the no', [rejected.status, rejected.error], ['FAILED', 'ApprovalRejected']),
      says('its cause tells who, why, and what next', rejected.cause, [
        'assumed-role/Operator/approver',
        REASON,
        'redrive to be asked anew',
        '"redrive":"yes"',
      ]),
      equal('the no is written down', [said?.answer?.approved, said?.answer?.reason], [false, REASON]),
      equal('every table was as it had been', changed, []),
      equal('the lock was not taken', takenSoFar, 0),
      equal(
        'nothing but the change set that was shown was made outside our own stack',
        acts.map((call) => call.slice(0, call.indexOf(' '))),
        ['cloudformation:CreateChangeSet'],
      ),
      holds('the redrive asked with a new token', yes?.token !== said?.token, yes),
      equal('and was approved', yes?.answer?.approved, true),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};
