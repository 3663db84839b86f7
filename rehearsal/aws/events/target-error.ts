/** Why a target did not take an event, as the message attributes of a dead letter tell it. Source: EventBridge User Guide, eb-rule-dlq */
export class TargetError extends Error {
  override readonly name = 'TargetError';

  constructor(
    readonly code:
      | 'NO_PERMISSIONS'
      | 'NO_RESOURCE'
      | 'RESOURCE_ALREADY_EXISTS'
      | 'INVALID_PARAMETER'
      | 'THROTTLING'
      | 'INTERNAL_ERROR',
    message: string,
  ) {
    super(message);
  }

  /** What no later attempt changes is not tried again. */
  get retryable(): boolean {
    return this.code === 'THROTTLING' || this.code === 'INTERNAL_ERROR';
  }

  /** What nobody expected is no reason to try again: it is a fault of the rehearsal, and stays to be seen. */
  static of(error: unknown): TargetError {
    if (error instanceof TargetError) return error;
    return new TargetError('INVALID_PARAMETER', error instanceof Error ? error.message : String(error));
  }
}
