import type { VirtualClock } from '../../clock';

export interface QueuedMessage {
  atMs: number;
  body: string;
  attributes: Readonly<Record<string, string>>;
}

/** The account's queues, which nothing here reads from: dead letters stay to be looked at. */
export class Queues {
  private readonly byArn = new Map<string, QueuedMessage[]>();

  constructor(private readonly clock: VirtualClock) {}

  add(arn: string): void {
    if (!this.byArn.has(arn)) this.byArn.set(arn, []);
  }

  has(arn: string): boolean {
    return this.byArn.has(arn);
  }

  /** @throws Error where there is no such queue */
  send(arn: string, body: string, attributes: Readonly<Record<string, string>> = {}): void {
    const queue = this.byArn.get(arn);
    if (queue === undefined) throw new Error(`There is no queue ${arn}`);
    queue.push({ atMs: this.clock.now(), body, attributes });
  }

  /** What lies in a queue, the oldest first. */
  messages(arn: string): readonly QueuedMessage[] {
    return this.byArn.get(arn) ?? [];
  }

  /** What lies in all queues together. */
  get all(): readonly QueuedMessage[] {
    return [...this.byArn.values()].flat();
  }
}
