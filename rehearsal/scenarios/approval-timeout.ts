import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import type { Stage } from '../run/stage';
import { beforeUpgrade, says, upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';

const SEVEN_DAYS_S = 7 * 86_400;

const { world, input } = beforeUpgrade();

export const approvalTimeout: Scenario = {
  name: 'approval-timeout',
  title: 'nobody answers for seven days; a later answer is refused, a redrive asks anew, and with a yes it completes',
  events: 1_000,
  world,
  input: { ...input, approvals: { plan: true } },
  sayings: ['silence'],

  async play(stage) {
    const before = await stage.fingerprints();
    const timedOut = await stage.run();
    const waited = stage.virtualSeconds();
    const asked = await stage.approval();
    const tries = stage.stateCount('Approve the plan');
    const changed = await stage.changedSince(before);
    const late = await lateAnswers(stage, asked?.token ?? '');
    const kept = await stage.approval();
    await stage.redrive();
    const yes = await stage.approval();
    return [
      equal('the execution failed', [timedOut.status, timedOut.error], ['FAILED', 'States.Timeout']),
      holds(
        'it had waited for seven days, and not asked twice',
        waited >= SEVEN_DAYS_S && waited < SEVEN_DAYS_S + 3_600 && tries.failed === 1,
        { waited, ...tries },
      ),
      equal('every table was as it had been', changed, []),
      equal('AWS refused the late answer', late.token, 'TaskTimedOut'),
      says('the command line tells that nobody waits, and what to do', late.command, [
        'does not wait',
        'States.Timeout',
        'Redrive it: it asks anew',
      ]),
      equal('nothing was written for it', kept, asked),
      holds('the redrive asked with a new token', yes !== undefined && yes.token !== asked?.token, yes),
      equal('and was approved', yes?.answer?.approved, true),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};

/** A yes that comes too late: what AWS says of its token, and what the command line says. */
async function lateAnswers(stage: Stage, taskToken: string): Promise<{ token: string; command: string }> {
  const operator = stage.operator();
  const answer = { taskToken, output: '{"approved":true}' };
  const token = await operator
    .at(({ sfn }) => sfn.send(new SendTaskSuccessCommand(answer)))
    .then(() => 'taken', nameOf);
  return { token, command: await operator.approve(stage.root).catch(String) };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
