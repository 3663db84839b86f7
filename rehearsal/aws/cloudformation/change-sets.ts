import type { VirtualClock } from '../../clock';
import { regionalArn } from '../arns';
import { AwsError } from '../service';
import { executionStatus, type SimulatedChangeSet } from './change-set';
import type { ChangeSetRequest } from './change-set-request';
import { shownParameters } from './template-parameters';
import type { StackEvents } from './stack-events';
import type { StackFailure, StackUpdate, StackUpdates } from './stack-update';
import { refuseUpdate } from './stack-updates';
import type { SimulatedStack } from './stacks';

/** A change set is made in the background; the times are what small stacks take. */
const PENDING_MS = 1_000;
const CREATION_MS = 6_000;

/** A refused resource fails soon after its update begins. */
const REFUSED_AFTER_SECONDS = 10;

/**
 * The change sets of every stack.
 * Source: CloudFormation User Guide, "Update CloudFormation stacks using change sets"; API Reference, ExecuteChangeSet
 */
export class ChangeSets {
  private readonly sets: SimulatedChangeSet[] = [];
  private sequence = 0;

  constructor(
    private readonly clock: VirtualClock,
    private readonly events: StackEvents,
    private readonly updates: StackUpdates,
  ) {}

  /** Those of one stack, the oldest first. */
  of(stack: SimulatedStack): SimulatedChangeSet[] {
    return this.sets.filter((set) => set.stack === stack);
  }

  /** By name or id. @throws AwsError ChangeSetNotFoundException */
  get(stack: SimulatedStack, nameOrId: string): SimulatedChangeSet {
    const found = this.of(stack).find(({ name, id }) => name === nameOrId || id === nameOrId);
    if (found === undefined) {
      throw new AwsError('ChangeSetNotFoundException', `ChangeSet [${nameOrId}] does not exist`);
    }
    return found;
  }

  /** @throws AwsError AlreadyExistsException, unless the same request is repeated with its token */
  create(stack: SimulatedStack, accountId: string, request: ChangeSetRequest): SimulatedChangeSet {
    const known = this.of(stack).find(({ name }) => name === request.name);
    if (known !== undefined) {
      if (request.clientToken !== undefined && known.clientToken === request.clientToken) return known;
      throw new AwsError('AlreadyExistsException', `ChangeSet ${request.name} already exists`);
    }
    this.sequence += 1;
    const uuid = `00000000-0000-4c5e-8000-${this.sequence.toString(16).padStart(12, '0')}`;
    const set: SimulatedChangeSet = {
      ...request,
      id: regionalArn('cloudformation', stack.region, accountId, `changeSet/${request.name}/${uuid}`),
      stack,
      createdMs: this.clock.now(),
      status: 'CREATE_PENDING',
      changes: [],
      stackEvents: this.events.count(stack.stackId),
    };
    this.sets.push(set);
    this.clock.at(set.createdMs + PENDING_MS, () => {
      if (this.sets.includes(set)) set.status = 'CREATE_IN_PROGRESS';
    });
    this.clock.at(set.createdMs + CREATION_MS, () => {
      if (this.sets.includes(set)) finish(set);
    });
    return set;
  }

  statusOf(set: SimulatedChangeSet): ReturnType<typeof executionStatus> {
    return executionStatus(set, this.events.count(set.stack.stackId));
  }

  /** Of a change set that is not there, deletion is no error. @throws AwsError InvalidChangeSetStatusException */
  delete(stack: SimulatedStack, nameOrId: string): void {
    const set = this.of(stack).find(({ name, id }) => name === nameOrId || id === nameOrId);
    if (set === undefined) return;
    if (set.execution === 'EXECUTE_IN_PROGRESS' || set.status === 'CREATE_IN_PROGRESS') {
      throw new AwsError(
        'InvalidChangeSetStatusException',
        `ChangeSet [${set.id}] cannot be deleted in its current status of [${set.execution ?? set.status}]`,
      );
    }
    this.forget(({ id }) => id === set.id);
  }

  /**
   * Refuses what ExecuteChangeSet refuses at once.
   *
   * @throws AwsError InvalidChangeSetStatusException, TokenAlreadyExistsException, ValidationError
   */
  refuseExecution(set: SimulatedChangeSet, token: string | undefined): void {
    if (token !== undefined && this.events.hasToken(set.stack.stackId, token)) {
      throw new AwsError('TokenAlreadyExistsException', `A client request token already exists: ${token}`);
    }
    const status = set.status === 'CREATE_COMPLETE' ? this.statusOf(set) : set.status;
    if (status !== 'AVAILABLE') {
      const kind = set.status === 'CREATE_COMPLETE' ? 'execution status' : 'status';
      throw new AwsError(
        'InvalidChangeSetStatusException',
        `ChangeSet [${set.id}] cannot be executed in its current ${kind} of [${status}]`,
      );
    }
    refuseUpdate(set.stack);
  }

  /** Begins the update, and deletes all other change sets of the stack. */
  execute(set: SimulatedChangeSet, refused: readonly StackFailure[], token: string | undefined): void {
    const { stack, template, parameters } = set;
    const wanted = template.update(stack, parameters);
    const update: StackUpdate = {
      ...wanted,
      changes: set.changes,
      next: { parameters: shownParameters(template, parameters), capabilities: set.capabilities, ...wanted.next },
      ...(refused.length === 0 ? {} : { failures: refused, seconds: REFUSED_AFTER_SECONDS }),
    };
    this.forget((other) => other.stack === stack && other !== set);
    set.execution = 'EXECUTE_IN_PROGRESS';
    void this.updates.begin(stack, update, token).then((end) => {
      set.execution = end === 'UPDATE_COMPLETE' ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED';
    });
  }

  private forget(which: (set: SimulatedChangeSet) => boolean): void {
    for (let index = this.sets.length - 1; index >= 0; index -= 1) {
      const set = this.sets[index];
      if (set !== undefined && which(set)) this.sets.splice(index, 1);
    }
  }
}

/**
 * Compares the template with the stack as it is now. Both wordings of "no changes" occur; the second one with transforms.
 * Source: aws/aws-sam-cli and aws/aws-cdk, which look for both; aws-cdk issue 10650
 */
function finish(set: SimulatedChangeSet): void {
  const { template, stack, parameters } = set;
  set.changes = template.changes(stack, parameters);
  if (set.changes.length > 0 || template.outputsChange === true) {
    set.status = 'CREATE_COMPLETE';
    return;
  }
  set.status = 'FAILED';
  set.statusReason = template.capabilities.includes('CAPABILITY_AUTO_EXPAND')
    ? 'No updates are to be performed.'
    : "The submitted information didn't contain changes. Submit different information to create a change set.";
}
