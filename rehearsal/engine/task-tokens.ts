import { AwsError } from '../aws/service';
import { exceedsDataLimit, parseData, type Data } from './data';
import { StateFailure } from './errors';

export type TokenOutcome = { readonly data: Data } | { readonly failure: StateFailure };

/** The callback of one Task: answered at most once, then or when the Task ends, over. */
export class TaskToken {
  outcome: TokenOutcome | undefined;
  onOutcome: (() => void) | undefined;
  onHeartbeat: (() => void) | undefined;
  constructor(readonly value: string) {}
}

/** The tokens of all waiting Tasks. Errors have the API's names and messages. */
export class TaskTokens {
  private readonly open = new Map<string, TaskToken>();
  private readonly closed = new Set<string>();

  constructor(private readonly uuid: () => string) {}

  issue(): TaskToken {
    const token = new TaskToken(Buffer.from(`${this.uuid()}/${this.uuid()}/${this.uuid()}`).toString('base64'));
    this.open.set(token.value, token);
    return token;
  }

  close(token: TaskToken): void {
    token.onOutcome = undefined;
    token.onHeartbeat = undefined;
    this.open.delete(token.value);
    this.closed.add(token.value);
  }

  success(value: string, output: string): void {
    let data: Data;
    try {
      data = parseData(output);
    } catch {
      throw new AwsError('InvalidOutput', `Invalid Output: '${output.slice(0, 200)}'`);
    }
    if (exceedsDataLimit(output)) {
      throw new AwsError(
        'ValidationException',
        "Value at 'output' failed to satisfy constraint: Member must have length less than or equal to 262144",
      );
    }
    this.answer(value, { data });
  }

  failure(value: string, error: string | undefined, cause: string | undefined): void {
    demandLength('error', error, LONGEST_ERROR);
    demandLength('cause', cause, LONGEST_CAUSE);
    this.answer(value, { failure: new StateFailure(error ?? 'States.TaskFailed', cause ?? '') });
  }

  heartbeat(value: string): void {
    this.find(value).onHeartbeat?.();
  }

  private answer(value: string, outcome: TokenOutcome): void {
    const token = this.find(value);
    if (token.outcome !== undefined) throw gone();
    token.outcome = outcome;
    token.onOutcome?.();
  }

  private find(value: string): TaskToken {
    const token = this.open.get(value);
    if (token !== undefined) return token;
    if (this.closed.has(value)) throw gone();
    throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  }
}

/** Source: Step Functions API Reference, SendTaskFailure */
const LONGEST_ERROR = 256;
const LONGEST_CAUSE = 32_768;

function demandLength(member: string, value: string | undefined, longest: number): void {
  if (value === undefined || value.length <= longest) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${longest}`,
  );
}

function gone(): AwsError {
  return new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
}
