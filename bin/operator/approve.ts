import { answer, type AnsweringClients } from './answer';
import type { OperatorDeployment } from './deployment';

/** Says yes to the plan that an execution waits with; see {@link answer}. @returns what happened, in one sentence */
export async function approve(
  clients: AnsweringClients,
  deployment: Pick<OperatorDeployment, 'stateTable'>,
  executionArn: string,
  atMs: number,
): Promise<string> {
  return `Approved: ${await answer(clients, deployment, executionArn, { approved: true }, atMs)}`;
}
