import { NothingAsked, QuestionOver } from '../../bin/operator/operator-error';
import { approvalKey } from '../../lambda/shared/approval';
import type { EngineEvent } from '../engine';
import { Operator, type OperatorPlace } from './operator';

export type ApproverPlace = OperatorPlace;

/** What a person makes of a question. */
export type Saying = 'yes' | 'silence' | { no: string };

export interface ApproverOptions {
  /** How long this person thinks, virtual milliseconds; at least one. */
  delayMs: number;
  /** Name of the Task that asks. */
  state?: string;
  /** What is said to the first question, the second, …; yes to all that follow. */
  sayings?: readonly Saying[];
}

/** The question appears within this many virtual seconds of the state being entered, or not at all. */
const LONGEST_LOOK = 30;
const SECOND_MS = 1_000;

/**
 * An operator who is asked. Whenever an execution enters the state that asks, or is redriven there, a timer of the clock is
 * set; when it fires, the code behind `bin/upgrade.ts` answers. The clock would else jump to the end of the seven days as soon
 * as nothing but the token is open, which is what a silent one is for.
 */
export class Approver {
  /** Records it has said yes to. */
  readonly approved: string[] = [];
  /** What went wrong where it tried to answer. */
  readonly failures: Error[] = [];
  private readonly operator: Operator;
  private readonly sayings: Saying[];
  /** Executions that are in the state that asks. */
  private readonly asking = new Set<string>();

  constructor(
    private readonly place: ApproverPlace,
    private readonly options: ApproverOptions,
  ) {
    if (options.delayMs < 1) throw new RangeError('An approver needs a moment: the question has to be asked first');
    this.operator = new Operator(place, 'approver');
    this.sayings = [...(options.sayings ?? [])];
  }

  /** To be told everything that happens in the engine. */
  see(event: EngineEvent): void {
    const { executionArn, type } = event;
    if (type === 'execution') {
      // A redrive goes on within the state, which is not entered again.
      const redriven = event.status === 'RUNNING' && event.redriveCount > 0;
      if (redriven && this.asking.has(executionArn)) this.hear(event);
      return;
    }
    if (event.state !== (this.options.state ?? 'Approve the plan')) return;
    if (type === 'state-exited') this.asking.delete(executionArn);
    if (type !== 'state-entered') return;
    this.asking.add(executionArn);
    this.hear(event);
  }

  private hear({ executionArn, atMs }: EngineEvent): void {
    const saying = this.sayings.shift() ?? 'yes';
    if (saying !== 'silence') this.lookAt(executionArn, saying, atMs + this.options.delayMs, LONGEST_LOOK);
  }

  private lookAt(executionArn: string, saying: Exclude<Saying, 'silence'>, atMs: number, looksLeft: number): void {
    this.place.clock.at(atMs, () => void this.answer(executionArn, saying, looksLeft));
  }

  private async answer(executionArn: string, saying: Exclude<Saying, 'silence'>, looksLeft: number): Promise<void> {
    const { clock } = this.place;
    // Until it is told how it went.
    const release = clock.hold();
    try {
      if (saying === 'yes') {
        await this.operator.approve(executionArn);
        this.approved.push(approvalKey(executionArn, 'plan'));
      } else await this.operator.reject(executionArn, saying.no);
    } catch (error) {
      // Nobody asks where the input wants no approval; after a redrive the old question may still lie there for a moment.
      const notAsked = error instanceof NothingAsked || error instanceof QuestionOver;
      if (notAsked && looksLeft > 0) this.lookAt(executionArn, saying, clock.now() + SECOND_MS, looksLeft - 1);
      else if (!notAsked) this.failures.push(error instanceof Error ? error : new Error(String(error)));
    } finally {
      release();
    }
  }
}
