import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ErrorCode, UpgradeError } from '../../lambda/shared/errors';
import { StateTable } from '../../lambda/shared/state-table';
import type { ParityRef } from './arguments';
import type { OperatorClients } from './clients';
import type { OperatorDeployment } from './deployment';
import { executionStatus } from './execution-status';
import {
  findVerdicts,
  isOpenParity,
  nameOfParity,
  parityText,
  type FoundVerdict,
  type OpenParity,
} from './open-parities';
import { OperatorError } from './operator-error';
import { redriveLine } from './redrive-line';

/** Whom the list is shown to before anything is written, and who may still say no. */
export interface Asking {
  tell: (text: string) => void;
  /** Absent where nobody sits there: the command itself is the yes. */
  confirm?: (question: string) => Promise<boolean>;
}

/**
 * Accepts the differences for which apps failed with `ParityNeedsAPerson`: exactly the counts that are listed first. Counts
 * that have been taken anew in between are refused, and greater ones that are taken later have to be accepted anew.
 *
 * @param apps all apps that wait where it is empty
 * @param atMs when it is said, epoch milliseconds
 * @returns what is to be done now
 * @throws OperatorError when there is nothing to accept, or a verdict has changed since it was shown
 */
export async function accept(
  clients: Pick<OperatorClients, 'dynamoDb' | 'sfn' | 'sts'>,
  deployment: Pick<OperatorDeployment, 'stateTable'>,
  { executionArn, apps, atMs }: { executionArn: string; apps: readonly ParityRef[]; atMs: number },
  { tell, confirm }: Asking,
): Promise<string> {
  const chosen = choose(await findVerdicts(clients, deployment, executionArn), apps, executionArn);
  tell(['To be accepted, although the data differ:', ...chosen.map(parityText)].join('\n'));
  if (confirm !== undefined && !(await confirm('Accept these differences?'))) {
    throw new OperatorError('Nothing was accepted.');
  }
  const { Arn: by = 'somebody' } = await clients.sts.send(new GetCallerIdentityCommand({}));
  const table = new StateTable(deployment.stateTable, () => clients.dynamoDb);
  const accepted: string[] = [];
  for (const open of chosen) {
    await writeDown(table, open, { by, atMs, accepted });
    accepted.push(nameOfParity(open));
  }
  const { status } = await executionStatus(clients.sfn, executionArn);
  const when = status === 'RUNNING' ? 'When the execution has ended, redrive it' : 'Now redrive the execution';
  return `Accepted by ${by}: ${accepted.join(', ')}. ${when}: it counts again, and goes on if nothing more differs.\n${redriveLine(executionArn)}`;
}

/** The verdicts that are meant. Pure. */
function choose(found: readonly FoundVerdict[], apps: readonly ParityRef[], executionArn: string): OpenParity[] {
  const open = found.filter(isOpenParity);
  if (apps.length === 0) {
    if (open.length > 0) return open;
    throw new OperatorError(`Nothing is to be accepted: no app of ${executionArn} has a parity that needs a person.`);
  }
  return apps.map(({ projectId, appId, revision }) => {
    const one = found.find(({ verdict }) => verdict.projectId === projectId && verdict.appId === appId);
    if (one === undefined || !isOpenParity(one)) {
      throw new OperatorError(
        `Nothing is to be accepted for ${projectId}/${appId}: ${reasonOf(one)}. Nothing was written.`,
      );
    }
    if (revision !== undefined && revision !== one.verdict.revision) throw changed(one, []);
    return one;
  });
}

function reasonOf(found: FoundVerdict | undefined): string {
  if (found === undefined) return 'this execution has not counted its data, or there is no such app';
  const { verdict, judgement } = found;
  if (verdict.state === 'proved') return 'its data are equal';
  if (verdict.state === 'accepted') return `${verdict.acceptedBy ?? 'a person'} has accepted it already`;
  return `data are missing or wrong, which nobody can accept: ${judgement.is === 'equal' ? '' : judgement.because.join('; ')}`;
}

async function writeDown(
  table: StateTable,
  open: OpenParity,
  { by, atMs, accepted }: { by: string; atMs: number; accepted: readonly string[] },
): Promise<void> {
  const { key, verdict } = open;
  try {
    await table.put(key, {
      ...verdict,
      revision: verdict.revision + 1,
      state: 'accepted',
      acceptedBy: by,
      acceptedAtMs: atMs,
    });
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.report.code !== ErrorCode.JournalConflict) throw error;
    throw changed(open, accepted);
  }
}

function changed(open: FoundVerdict, accepted: readonly string[]): OperatorError {
  const before = accepted.length === 0 ? 'Nothing was accepted.' : `Accepted before it: ${accepted.join(', ')}.`;
  return new OperatorError(
    `The counts of ${nameOfParity(open)} have been taken anew since they were shown. ${before} Run show again.`,
  );
}
