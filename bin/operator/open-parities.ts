import { paginateScan } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { judge, type Judgement } from '../../lambda/shared/parity-judgement';
import { PARITY_VERDICT_PREFIX, parityVerdict, type ParityVerdict } from '../../lambda/shared/parity-verdict';
import type { OperatorClients } from './clients';
import type { OperatorDeployment } from './deployment';

/** A verdict, where it stands, and what its counts mean. */
export interface FoundVerdict {
  key: string;
  verdict: ParityVerdict;
  judgement: Judgement;
}

/** A verdict that waits for a person: what the app failed with `ParityNeedsAPerson` for. */
export interface OpenParity extends FoundVerdict {
  judgement: Extract<Judgement, { is: 'explainable' }>;
}

/**
 * Every verdict that an execution has reached, by project and app; of all executions where none is named. A scan may be a moment
 * behind: whoever writes does so on condition that the revision is still the one that was read.
 *
 * @param executionArn of a root
 */
export async function findVerdicts(
  { dynamoDb: client }: Pick<OperatorClients, 'dynamoDb'>,
  { stateTable }: Pick<OperatorDeployment, 'stateTable'>,
  executionArn?: string,
): Promise<FoundVerdict[]> {
  const found: FoundVerdict[] = [];
  const pages = paginateScan(
    { client },
    {
      TableName: stateTable,
      FilterExpression: 'begins_with(pk, :verdict)',
      ExpressionAttributeValues: marshall({ ':verdict': PARITY_VERDICT_PREFIX }),
    },
  );
  for await (const { Items: items = [] } of pages) {
    for (const item of items) {
      const plain = unmarshall(item);
      const verdict = parityVerdict.parse(plain);
      if (executionArn !== undefined && verdict.root !== executionArn) continue;
      found.push({ key: String(plain['pk']), verdict, judgement: judge(verdict.counts) });
    }
  }
  return found.sort((one, other) => (one.key < other.key ? -1 : 1));
}

export function isOpenParity(found: FoundVerdict): found is OpenParity {
  return found.verdict.state === 'open' && found.judgement.is === 'explainable';
}

/** `PROJECT/APP`, as `--app` takes it. */
export function nameOfParity({ verdict: { projectId, appId } }: Pick<FoundVerdict, 'verdict'>): string {
  return `${projectId}/${appId}`;
}

/** What a person would accept, a line for the app and one for each difference. */
export function parityText(open: OpenParity): string {
  const judged = new Date(open.verdict.atMs).toISOString();
  return [`${nameOfParity(open)}, counted at ${judged}:`, ...open.judgement.because.map((why) => `  ${why}`)].join(
    '\n',
  );
}
