/**
 * Thrown to end a pass whose time has not come: the step's wrapper turns it into an answer. Waiting for others is not the
 * step's own time, so its deadline begins when its time has come.
 */
export class NotYet extends Error {
  override readonly name = 'NotYet';

  /** @param summary one sentence for people: what it waits for */
  constructor(
    readonly summary: string,
    readonly waitSeconds: number,
  ) {
    super(summary);
  }
}
