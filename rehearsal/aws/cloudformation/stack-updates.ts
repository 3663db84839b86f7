import type { VirtualClock } from '../../clock';
import { validationError } from './requests';
import type { ResourceEvent, StackEvents } from './stack-events';
import type { StackFailure, StackUpdate, StackUpdates, TemplateChange } from './stack-update';
import type { SimulatedStack, StackStatus } from './stacks';

/** Statuses from which a stack can be updated. Source: CloudFormation User Guide, stack status codes */
const UPDATABLE: readonly StackStatus[] = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
];

/** @throws AwsError ValidationError when the stack's status does not allow an update, in CloudFormation's words */
export function refuseUpdate({ stackId, status }: SimulatedStack): void {
  if (!UPDATABLE.includes(status)) {
    throw validationError(`Stack:${stackId} is in ${status} state and can not be updated.`);
  }
}

/**
 * The life cycle of an update, by the rehearsal's clock: in progress, clean-up, complete; or rolled back.
 * Source: CloudFormation User Guide, "Understand update behaviors of stack resources", stack status codes, stack events
 */
export class ClockedStackUpdates implements StackUpdates {
  constructor(
    private readonly clock: VirtualClock,
    readonly events: StackEvents,
  ) {}

  async begin(stack: SimulatedStack, update: StackUpdate, clientRequestToken?: string): Promise<StackStatus> {
    refuseUpdate(stack);
    const operation = new Operation(this.clock, this.events, stack, update, clientRequestToken);
    return operation.run();
  }
}

class Operation {
  constructor(
    private readonly clock: VirtualClock,
    private readonly events: StackEvents,
    private readonly stack: SimulatedStack,
    private readonly update: StackUpdate,
    private readonly token: string | undefined,
  ) {}

  async run(): Promise<StackStatus> {
    const { stack, update } = this;
    stack.updatedMs = this.clock.now();
    this.enter('UPDATE_IN_PROGRESS', 'User Initiated');
    for (const change of this.changes) if (change.action !== 'Remove') this.tell(change, 'IN_PROGRESS');
    await this.clock.sleep(update.seconds * 1_000);
    const [failure] = update.failures ?? [];
    return failure === undefined ? this.complete() : this.rollBack();
  }

  private async complete(): Promise<StackStatus> {
    const { stack, update } = this;
    for (const change of this.changes) if (change.action !== 'Remove') this.tell(change, 'COMPLETE');
    Object.assign(stack, update.next);
    this.markUpdated();
    await this.during(update.onUpdated);
    this.enter('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    const removed = this.changes.filter(({ action }) => action === 'Remove');
    for (const change of removed) this.tell(change, 'IN_PROGRESS');
    await this.clock.sleep(update.cleanupSeconds * 1_000);
    await this.during(update.onCleanedUp);
    for (const change of removed) this.tell(change, 'COMPLETE');
    this.enter('UPDATE_COMPLETE');
    return stack.status;
  }

  /** A failed resource stops the others: their events say "cancelled", after the one that tells the reason. */
  private async rollBack(): Promise<StackStatus> {
    const { stack, update } = this;
    const failures = update.failures ?? [];
    for (const failure of failures) this.fail(failure, failure.reason);
    const failed = new Set(failures.map(({ logicalId }) => logicalId));
    const others = this.changes.filter(({ logicalId, action }) => !failed.has(logicalId) && action !== 'Remove');
    for (const other of others) {
      this.fail(other, `Resource ${other.action === 'Add' ? 'creation' : 'update'} cancelled`);
    }
    this.enter('UPDATE_ROLLBACK_IN_PROGRESS', failedText([...failures, ...others].map(({ logicalId }) => logicalId)));
    for (const { logicalId, physicalId, type } of failures) {
      this.addEvent({ logicalId, type, status: 'UPDATE_IN_PROGRESS', ...physical(physicalId) });
    }
    // What was changed is changed back, which takes about as long.
    await this.clock.sleep(update.seconds * 1_000);
    if (update.rollbackFails === true) {
      for (const { logicalId, physicalId, type, reason } of failures) {
        this.addEvent({ logicalId, type, status: 'UPDATE_FAILED', reason, ...physical(physicalId) });
        const resource = stack.resources.find((candidate) => candidate.logicalId === logicalId);
        if (resource !== undefined) resource.status = 'UPDATE_FAILED';
      }
      this.enter('UPDATE_ROLLBACK_FAILED', failedText(failures.map(({ logicalId }) => logicalId)));
      return stack.status;
    }
    for (const { logicalId, physicalId, type } of failures) {
      this.addEvent({ logicalId, type, status: 'UPDATE_COMPLETE', ...physical(physicalId) });
    }
    this.enter('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    await this.clock.sleep(update.cleanupSeconds * 1_000);
    this.enter('UPDATE_ROLLBACK_COMPLETE');
    return stack.status;
  }

  private get changes(): readonly TemplateChange[] {
    return this.update.changes ?? [];
  }

  /** A stack's status and the event that tells of it. */
  private enter(status: StackStatus, reason?: string): void {
    const { stack } = this;
    stack.status = status;
    if (reason === undefined) delete stack.statusReason;
    else stack.statusReason = reason;
    this.events.addStackEvent(stack, status, reason, this.token);
  }

  private tell({ action, logicalId, type, physicalId }: TemplateChange, end: 'IN_PROGRESS' | 'COMPLETE'): void {
    const verb = { Add: 'CREATE', Modify: 'UPDATE', Remove: 'DELETE' }[action];
    this.addEvent({ logicalId, type, status: `${verb}_${end}`, ...physical(physicalId) });
  }

  private fail(resource: Pick<StackFailure, 'logicalId' | 'type' | 'physicalId'>, reason: string): void {
    const { logicalId, type, physicalId } = resource;
    const added = this.changes.some((change) => change.logicalId === logicalId && change.action === 'Add');
    const status = added ? 'CREATE_FAILED' : 'UPDATE_FAILED';
    this.addEvent({ logicalId, type, status, reason, ...physical(physicalId) });
  }

  private addEvent(event: ResourceEvent): void {
    this.events.add(this.stack, event, this.token);
  }

  private markUpdated(): void {
    const modified = new Set(
      this.changes.filter(({ action }) => action === 'Modify').map(({ logicalId }) => logicalId),
    );
    const updatedMs = this.clock.now();
    this.stack.resources = this.stack.resources.map((resource) =>
      modified.has(resource.logicalId) ? { ...resource, status: 'UPDATE_COMPLETE', updatedMs } : resource,
    );
  }

  /** Time stands still while the world is changed. */
  private async during(hook: (() => void | Promise<void>) | undefined): Promise<void> {
    const release = this.clock.hold();
    try {
      await hook?.();
    } finally {
      release();
    }
  }
}

function failedText(logicalIds: string[]): string {
  return `The following resource(s) failed to update: [${logicalIds.join(', ')}]. `;
}

function physical(physicalId: string | undefined): { physicalId?: string } {
  return physicalId === undefined ? {} : { physicalId };
}
