import type { Agenda } from './agenda';

/** What is done after a condition has held for some time; forgotten as soon as it does not hold. */
export class SustainedCondition {
  private cancel: (() => void) | undefined;

  constructor(
    private readonly agenda: Agenda,
    private readonly ms: number,
    private readonly holds: () => boolean,
    private readonly act: () => void,
  ) {}

  /** To be called whenever something has changed. */
  observe(): void {
    if (!this.holds()) {
      this.cancel?.();
      this.cancel = undefined;
      return;
    }
    this.cancel ??= this.agenda.after(this.ms, () => {
      this.cancel = undefined;
      this.act();
    });
  }
}

/** A scalable target of Application Auto Scaling: the service's desired count. */
export interface ScalableTarget {
  min: number;
  max: number;
  createdMs: number;
  suspended: {
    DynamicScalingInSuspended: boolean;
    DynamicScalingOutSuspended: boolean;
    ScheduledScalingSuspended: boolean;
  };
}
