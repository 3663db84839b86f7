import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { executionName, readApproval, writeApproval, type ApprovalRecord } from '../../lambda/shared/approval';
import { ErrorCode, UpgradeError } from '../../lambda/shared/errors';
import { StateTable } from '../../lambda/shared/state-table';
import type { OperatorClients } from './clients';
import type { OperatorDeployment } from './deployment';
import { NothingAsked, OperatorError } from './operator-error';

/**
 * Says yes to the plan that an execution waits with. The yes is written down before it is sent: one whose way was cut off
 * counts when the execution asks for the same plan again.
 *
 * @param atMs when it is said, epoch milliseconds
 * @returns what happened, in one sentence
 * @throws OperatorError when nothing waits for it
 */
export async function approve(
  clients: Pick<OperatorClients, 'dynamoDb' | 'sfn' | 'sts'>,
  { stateTable }: Pick<OperatorDeployment, 'stateTable'>,
  executionArn: string,
  atMs: number,
): Promise<string> {
  const table = new StateTable(stateTable, () => clients.dynamoDb);
  const record = await readApproval(table, executionArn, 'plan');
  if (record === undefined) throw new NothingAsked(executionArn);
  const earlier = record.answer?.approved === true ? record.answer : undefined;
  const waited = await send(clients, earlier === undefined ? await sayYes(clients, table, record, atMs) : record);
  if (waited) return `Approved: ${record.question}`;
  if (earlier !== undefined) return `${earlier.by} has approved it already: ${record.question}`;
  throw new OperatorError(
    `The execution ${executionName(record.root)} does not wait for this answer any more: it has ended, or its seven days ` +
      'are over. The yes is kept: redrive the execution, and it goes on without asking.',
  );
}

async function sayYes(
  { sts }: Pick<OperatorClients, 'sts'>,
  table: StateTable,
  record: ApprovalRecord,
  atMs: number,
): Promise<ApprovalRecord> {
  const { Arn: by = 'somebody' } = await sts.send(new GetCallerIdentityCommand({}));
  try {
    return await writeApproval(table, 'plan', record, { ...record, answer: { approved: true, by, atMs } });
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.report.code !== ErrorCode.JournalConflict) throw error;
    throw new OperatorError('The question was asked anew, or answered, at this moment. Look at it and answer again.');
  }
}

/** Errors of SendTaskSuccess that say that nobody waits for the token. Source: Step Functions API Reference */
const NOT_WAITING = ['TaskTimedOut', 'TaskDoesNotExist'];

/** @returns whether an execution waited for it */
async function send({ sfn }: Pick<OperatorClients, 'sfn'>, { token, answer }: ApprovalRecord): Promise<boolean> {
  try {
    await sfn.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(answer) }));
    return true;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (NOT_WAITING.includes(name)) return false;
    if (name === 'InvalidToken') {
      throw new OperatorError(
        'Step Functions does not know the token of this question. It belongs to another account or region, or it was ' +
          'written by hand; redrive the execution, which asks anew.',
      );
    }
    throw error;
  }
}
