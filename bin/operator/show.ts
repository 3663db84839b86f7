import { GetObjectCommand } from '@aws-sdk/client-s3';
import { paginateListExecutions } from '@aws-sdk/client-sfn';
import { withoutAnswering } from '../../lambda/shared/answering';
import { readApproval, type ApprovalRecord } from '../../lambda/shared/approval';
import { StateTable } from '../../lambda/shared/state-table';
import type { OperatorClients } from './clients';
import type { OperatorDeployment } from './deployment';
import { executionStatus, type Standing } from './execution-status';
import { findVerdicts, isOpenParity, nameOfParity, parityText, type OpenParity } from './open-parities';
import { NothingAsked } from './operator-error';
import { redriveLine } from './redrive-line';

type Clients = Pick<OperatorClients, 'dynamoDb' | 's3' | 'sfn'>;

/**
 * Every question that an execution has for a person, with the commands that answer it: the plan to be approved, as Markdown,
 * and the parities to be accepted.
 *
 * @throws NothingAsked when it asks for nothing
 */
export async function showQuestions(
  clients: Clients,
  deployment: Pick<OperatorDeployment, 'stateTable' | 'planBucket'>,
  executionArn: string,
): Promise<string> {
  const record = await readApproval(tableOf(clients, deployment.stateTable), executionArn, 'plan');
  const parities = (await findVerdicts(clients, deployment, executionArn)).filter(isOpenParity);
  if (record === undefined && parities.length === 0) throw new NothingAsked(executionArn);
  return [
    ...(record === undefined ? [] : await approvalText(clients, deployment, record)),
    ...(parities.length === 0 ? [] : paritiesText(executionArn, parities)),
  ].join('\n\n');
}

async function approvalText(
  { s3, sfn }: Clients,
  { planBucket }: Pick<OperatorDeployment, 'planBucket'>,
  record: ApprovalRecord,
): Promise<string[]> {
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: planBucket, Key: record.document }));
  const text = (await body?.transformToString()) ?? '';
  const standing = await executionStatus(sfn, record.root);
  const open = record.answer === undefined && standing.status === 'RUNNING';
  return [open ? text.trimEnd() : withoutAnswering(text), '---', standingText(record, standing)];
}

function standingText({ askedAtMs, answer, root }: ApprovalRecord, { status, error }: Standing): string {
  const asked = `Asked at ${new Date(askedAtMs).toISOString()}.`;
  if (answer !== undefined) {
    const { approved, by, atMs, reason } = answer;
    const why = reason === undefined ? '' : `: “${reason}”`;
    const said = `${approved ? 'Approved' : 'Rejected'} by ${by} at ${new Date(atMs).toISOString()}${why}.`;
    return approved ? `${asked} ${said}` : [`${asked} ${said} A redrive asks anew:`, redriveLine(root)].join('\n');
  }
  if (status === 'RUNNING') return `${asked} Nobody has answered yet.`;
  const ended =
    status === undefined ? 'is not known any more' : `is ${status}${error === undefined ? '' : ` (${error})`}`;
  return [`${asked} Nobody has answered, and the execution ${ended}. A redrive asks anew:`, redriveLine(root)].join(
    '\n',
  );
}

function paritiesText(executionArn: string, parities: readonly OpenParity[]): string[] {
  // With the revision: counts that are taken anew meanwhile are not accepted unseen.
  const apps = parities.map((open) => `--app ${nameOfParity(open)}@${String(open.verdict.revision)}`);
  return [
    '## Data that differ, with an innocent explanation',
    parities.map(parityText).join('\n'),
    'To accept these counts, if the explanations are true; else remove the cause. Then redrive:',
    [`npx tsx bin/upgrade.ts accept ${executionArn} ${apps.join(' ')}`, redriveLine(executionArn)].join('\n'),
  ];
}

/** Every execution that waits for a person, a line each: running ones with an approval, failed ones with a parity. */
export async function listQuestions(
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
  const open = (await findVerdicts(clients, { stateTable })).filter(isOpenParity);
  for (const root of new Set(open.map(({ verdict }) => verdict.root))) {
    const apps = open.filter(({ verdict }) => verdict.root === root).map(nameOfParity);
    lines.push(`${root}\n  Accept the data of ${apps.join(', ')}, which differ? (show it first)`);
  }
  return lines.length === 0 ? 'No execution waits for a person.' : lines.join('\n');
}

function tableOf({ dynamoDb }: Pick<OperatorClients, 'dynamoDb'>, name: string): StateTable {
  return new StateTable(name, () => dynamoDb);
}
