import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import {
  executionName,
  readApproval,
  writeApproval,
  type ApprovalAnswer,
  type ApprovalRecord,
} from '../../lambda/shared/approval';
import { readApproved } from '../../lambda/shared/change-set/approved';
import { ErrorCode, UpgradeError } from '../../lambda/shared/errors';
import { StateTable } from '../../lambda/shared/state-table';
import type { OperatorClients } from './clients';
import type { OperatorDeployment } from './deployment';
import { executionStatus } from './execution-status';
import { NothingAsked, OperatorError, QuestionOver } from './operator-error';
import { isWaitedFor, send } from './task-token';

/** What a person says. */
export type Saying = { approved: true } | { approved: false; reason?: string };

export type AnsweringClients = Pick<OperatorClients, 'dynamoDb' | 'sfn' | 'sts'>;

/**
 * Answers the question that an execution waits with. The answer is written down before it is sent: a yes whose way was cut off
 * counts when the execution asks for the same plan again, and saying the same once more sends it.
 *
 * @param atMs when it is said, epoch milliseconds
 * @returns the question
 * @throws NothingAsked, QuestionOver or another OperatorError; nothing was written then
 */
export async function answer(
  clients: AnsweringClients,
  { stateTable }: Pick<OperatorDeployment, 'stateTable'>,
  executionArn: string,
  said: Saying,
  atMs: number,
): Promise<string> {
  const table = new StateTable(stateTable, () => clients.dynamoDb);
  const record = await readApproval(table, executionArn, 'plan');
  if (record === undefined) throw new NothingAsked(executionArn);
  const waits = await isWaitedFor(clients, record.token);
  const earlier = record.answer;
  if (earlier !== undefined && !(waits && earlier.approved === said.approved)) throw answeredAlready(record, earlier);
  if (!waits) throw await nobodyWaits(clients, record);
  await demandCurrentPlan(table, record);
  const answered = earlier ?? (await writeDown(clients, table, record, said, atMs));
  if (!(await send(clients, record, answered))) throw await tooLate(clients, record);
  return record.question;
}

async function writeDown(
  { sts }: Pick<OperatorClients, 'sts'>,
  table: StateTable,
  record: ApprovalRecord,
  said: Saying,
  atMs: number,
): Promise<ApprovalAnswer> {
  const { Arn: by = 'somebody' } = await sts.send(new GetCallerIdentityCommand({}));
  const given: ApprovalAnswer = { ...said, by, atMs };
  try {
    await writeApproval(table, 'plan', record, { ...record, answer: given });
    return given;
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.report.code !== ErrorCode.JournalConflict) throw error;
    throw new QuestionOver('The question was asked anew, or answered, at this moment. Look at it and answer again.');
  }
}

/** A question of an earlier asking may be about a plan that this execution has left behind. */
async function demandCurrentPlan(table: StateTable, { root, planHash }: ApprovalRecord): Promise<void> {
  const changes = await readApproved(table, root);
  if (changes === undefined || changes.planHash === planHash) return;
  throw new OperatorError(
    `The question is about the plan ${planHash}, but what would be changed was prepared for the plan ${changes.planHash}. ` +
      'Nothing was answered. Stop the execution and start a new one, which plans and asks anew.',
  );
}

function answeredAlready({ question }: ApprovalRecord, { approved, by, atMs, reason }: ApprovalAnswer): QuestionOver {
  const verb = approved ? 'approved' : 'rejected';
  const why = reason === undefined ? '' : ` (“${reason}”)`;
  const then = approved
    ? 'If it should not go on, stop the execution.'
    : 'A redrive asks anew: run show and answer what it asks then.';
  return new QuestionOver(
    `${by} has ${verb} it already, at ${new Date(atMs).toISOString()}${why}: ${question} Nothing was answered. ${then}`,
  );
}

async function nobodyWaits({ sfn }: Pick<OperatorClients, 'sfn'>, { root }: ApprovalRecord): Promise<QuestionOver> {
  const name = executionName(root);
  const { status, error } = await executionStatus(sfn, root);
  const said = 'Step Functions does not wait for the answer to this question any more. Nothing was answered.';
  switch (status) {
    case 'RUNNING':
      return new QuestionOver(
        `${said} The execution ${name} runs: it asks anew at this moment, or was answered in another way and has gone on. ` +
          'Run show again, and answer what it asks then.',
      );
    case 'SUCCEEDED':
      return new QuestionOver(`${said} The execution ${name} has succeeded.`);
    case undefined:
      return new QuestionOver(`${said} It does not know the execution ${name} any more: start a new one.`);
    default:
      return new QuestionOver(
        `${said} The execution ${name} is ${status}${error === undefined ? '' : ` (${error})`}. ` +
          'Redrive it: it asks anew; then run show, and answer what it asks then.',
      );
  }
}

/** Between the look at the token and the answer its Task has ended. */
async function tooLate(clients: Pick<OperatorClients, 'sfn'>, record: ApprovalRecord): Promise<OperatorError> {
  const { message } = await nobodyWaits(clients, record);
  return new OperatorError(
    `${message.replace(' Nothing was answered.', '')} The answer came too late by a moment; it is written down, and a yes ` +
      'counts when the same plan is asked for again.',
  );
}
