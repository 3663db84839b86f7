/** Files that jobs have written and no load has taken yet, by project. Source: awslabs/clickstream-analytics-on-aws, load-data-workflow */
export class PendingFiles {
  private readonly waiting = new Map<string, number>();
  private readonly taken = new Map<string, number>();

  add(projectId: string, files: number): void {
    this.waiting.set(projectId, this.of(projectId) + files);
  }

  /** How many wait. */
  of(projectId: string): number {
    return this.waiting.get(projectId) ?? 0;
  }

  /** How many were loaded so far. */
  loaded(projectId: string): number {
    return this.taken.get(projectId) ?? 0;
  }

  /** A load has taken that many. */
  take(projectId: string, files: number): void {
    this.waiting.set(projectId, this.of(projectId) - files);
    this.taken.set(projectId, this.loaded(projectId) + files);
  }
}
