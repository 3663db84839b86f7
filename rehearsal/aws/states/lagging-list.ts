import { AwsError } from '../service';

/** Answers one page of ListExecutions as it truly is. */
type ListPage = (input: Record<string, unknown>) => Promise<Record<string, unknown>>;

interface Execution {
  status: string;
  startDate: Date;
  stopDate?: Date;
}

/**
 * ListExecutions as of a while ago: what started since is missing, what ended since still runs.
 * Redrives are not set back: how a list shows them meanwhile is not documented.
 * Source: Step Functions API Reference, ListExecutions ("This operation is eventually consistent")
 */
export class LaggingExecutionList {
  constructor(
    private readonly now: () => number,
    private readonly lagMs: number,
  ) {}

  /** A page of the list; statuses are filtered by what they seemed to be. */
  async list(input: Record<string, unknown>, truth: ListPage): Promise<Record<string, unknown>> {
    const { statusFilter, maxResults, nextToken, ...scope } = input;
    const asOf = this.now() - this.lagMs;
    const seen = (await everyPage(scope, truth))
      .filter((execution) => execution.startDate.getTime() <= asOf)
      .map((execution) => setBack(execution, asOf))
      .filter(({ status }) => statusFilter === undefined || status === statusFilter);
    const from = offsetOf(nextToken);
    const to = from + (typeof maxResults === 'number' && maxResults > 0 ? maxResults : DEFAULT_PAGE);
    return { executions: seen.slice(from, to), ...(to < seen.length ? { nextToken: `${TOKEN_PREFIX}${to}` } : {}) };
  }
}

/** Source: Step Functions API Reference, ListExecutions (maxResults, "The default is 100"). */
const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1000;
const TOKEN_PREFIX = 'lagging-';

async function everyPage(scope: Record<string, unknown>, truth: ListPage): Promise<Execution[]> {
  const all: Execution[] = [];
  let nextToken: unknown;
  do {
    const page = await truth({ ...scope, maxResults: LARGEST_PAGE, ...(nextToken === undefined ? {} : { nextToken }) });
    all.push(...(page['executions'] as Execution[]));
    nextToken = page['nextToken'];
  } while (nextToken !== undefined);
  return all;
}

function setBack(execution: Execution, asOf: number): Execution {
  const { stopDate, ...rest } = execution;
  return stopDate === undefined || stopDate.getTime() <= asOf ? execution : { ...rest, status: 'RUNNING' };
}

function offsetOf(token: unknown): number {
  if (token === undefined) return 0;
  const offset =
    typeof token === 'string' && token.startsWith(TOKEN_PREFIX) ? Number(token.slice(TOKEN_PREFIX.length)) : NaN;
  if (Number.isNaN(offset)) throw new AwsError('InvalidToken', `Invalid Token: ${JSON.stringify(token)}`);
  return offset;
}
