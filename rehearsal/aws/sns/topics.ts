import type { VirtualClock } from '../../clock';

export interface PublishedMessage {
  atMs: number;
  topicArn: string;
  message: string;
  subject?: string;
}

/** The account's topics and what was published to them. Nobody is subscribed: a scenario reads along. */
export class Topics {
  readonly published: PublishedMessage[] = [];
  private readonly known = new Set<string>();

  constructor(private readonly clock: VirtualClock) {}

  add(topicArn: string): void {
    this.known.add(topicArn);
  }

  has(topicArn: string): boolean {
    return this.known.has(topicArn);
  }

  /** @throws Error where there is no such topic */
  publish(topicArn: string, message: string, subject?: string): void {
    if (!this.known.has(topicArn)) throw new Error(`There is no topic ${topicArn}`);
    this.published.push({ atMs: this.clock.now(), topicArn, message, ...(subject === undefined ? {} : { subject }) });
  }
}
