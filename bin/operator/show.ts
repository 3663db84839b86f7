import { GetObjectCommand } from '@aws-sdk/client-s3';
import { paginateListExecutions } from '@aws-sdk/client-sfn';
import { readApproval, type ApprovalRecord } from '../../lambda/shared/approval';
import { StateTable } from '../../lambda/shared/state-table';
import type { OperatorClients } from './clients';
import type { OperatorDeployment } from './deployment';
import { NothingAsked } from './operator-error';

/**
 * What an execution wants approved: the Markdown, how it stands, and how to say yes.
 *
 * @throws NothingAsked when it asks for nothing
 */
export async function showApproval(
  clients: Pick<OperatorClients, 'dynamoDb' | 's3' | 'region'>,
  { stateTable, planBucket }: Pick<OperatorDeployment, 'stateTable' | 'planBucket'>,
  executionArn: string,
): Promise<string> {
  const record = await readApproval(tableOf(clients, stateTable), executionArn, 'plan');
  if (record === undefined) throw new NothingAsked(executionArn);
  const { Body: body } = await clients.s3.send(new GetObjectCommand({ Bucket: planBucket, Key: record.document }));
  const text = (await body?.transformToString()) ?? '';
  return [text.trimEnd(), '---', standing(record), ...howTo(record, clients.region)].join('\n\n');
}

function standing({ askedAtMs, answer }: ApprovalRecord): string {
  const asked = `Asked at ${new Date(askedAtMs).toISOString()}.`;
  if (answer === undefined) return `${asked} Nobody has answered yet.`;
  const verb = answer.approved ? 'Approved' : 'Rejected';
  return `${asked} ${verb} by ${answer.by} at ${new Date(answer.atMs).toISOString()}.`;
}

function howTo({ answer, root, token }: ApprovalRecord, region: string): string[] {
  if (answer !== undefined) return [];
  // The answer in quotes of its own: a token has none of the characters a shell cares about.
  return [
    `To approve it: npx tsx bin/upgrade.ts approve ${root}`,
    'or, with the AWS CLI alone:',
    `aws stepfunctions send-task-success --region ${region} --task-token '${token}' --task-output '{"approved":true}'`,
  ];
}

/** The running executions that wait for an answer, newest first, a line each. */
export async function listApprovals(
  clients: Pick<OperatorClients, 'dynamoDb' | 'sfn'>,
  { stateTable, stateMachineArn }: Pick<OperatorDeployment, 'stateTable' | 'stateMachineArn'>,
): Promise<string> {
  const table = tableOf(clients, stateTable);
  const lines: string[] = [];
  const pages = paginateListExecutions({ client: clients.sfn }, { stateMachineArn, statusFilter: 'RUNNING' });
  for await (const { executions = [] } of pages) {
    for (const { executionArn = '' } of executions) {
      const record = await readApproval(table, executionArn, 'plan');
      if (record === undefined || record.answer !== undefined) continue;
      lines.push(`${executionArn}\n  ${record.question} (asked at ${new Date(record.askedAtMs).toISOString()})`);
    }
  }
  return lines.length === 0 ? 'No execution waits for an approval.' : lines.join('\n');
}

function tableOf({ dynamoDb }: Pick<OperatorClients, 'dynamoDb'>, name: string): StateTable {
  return new StateTable(name, () => dynamoDb);
}
