import { answer, type AnsweringClients } from './answer';
import type { OperatorDeployment } from './deployment';

/**
 * Says no to the plan that an execution waits with, which fails with `ApprovalRejected`; see {@link answer}.
 *
 * @param reason told in the execution's error
 * @returns what happened, and what can be done now
 */
export async function reject(
  clients: AnsweringClients,
  deployment: Pick<OperatorDeployment, 'stateTable'>,
  executionArn: string,
  reason: string | undefined,
  atMs: number,
): Promise<string> {
  const said = { approved: false as const, ...(reason === undefined ? {} : { reason }) };
  const question = await answer(clients, deployment, executionArn, said, atMs);
  return (
    `Rejected: ${question}\n` +
    'Change the input and start a new execution, or redrive this one to be asked anew. Nothing was changed.'
  );
}
