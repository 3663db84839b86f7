import { SendTaskFailureCommand, SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { rejection, type ApprovalAnswer, type ApprovalRecord } from '../../lambda/shared/approval';
import type { OperatorClients } from './clients';
import { OperatorError } from './operator-error';

type Sfn = Pick<OperatorClients, 'sfn'>;

/**
 * Whether a Task waits for a token. A heartbeat is the one question that can be asked about a token without answering it; these
 * Tasks have no heartbeat of their own. Source: Step Functions API Reference, SendTaskHeartbeat
 */
export function isWaitedFor({ sfn }: Sfn, token: string): Promise<boolean> {
  return reached(() => sfn.send(new SendTaskHeartbeatCommand({ taskToken: token })));
}

/** Sends an answer. @returns whether a Task waited for it */
export function send(
  { sfn }: Sfn,
  record: Pick<ApprovalRecord, 'root' | 'token' | 'planHash' | 'question'>,
  answer: ApprovalAnswer,
): Promise<boolean> {
  const { token: taskToken } = record;
  if (answer.approved) {
    return reached(() => sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(answer) })));
  }
  const { name: error, message: cause } = rejection(record, answer);
  return reached(() => sfn.send(new SendTaskFailureCommand({ taskToken, error, cause })));
}

/** Errors that say that nobody waits for the token. Source: Step Functions API Reference, SendTaskSuccess */
const NOT_WAITING = ['TaskTimedOut', 'TaskDoesNotExist'];

async function reached(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (NOT_WAITING.includes(name)) return false;
    if (name !== 'InvalidToken') throw error;
    throw new OperatorError(
      'Step Functions does not know the token of this question. It belongs to another account or region, or it was ' +
        'written by hand; redrive the execution, which asks anew.',
    );
  }
}
