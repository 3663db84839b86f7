import type { VirtualClock } from '../../clock';
import type { Iam } from '../iam/iam';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import type { ServiceCall } from '../service';
import { describeChange, summarise, type SimulatedChangeSet } from './change-set';
import { changeSetRequest } from './change-set-request';
import { ChangeSets } from './change-sets';
import { deniedReason, permissionFor } from './resource-permissions';
import { optionalText, pageOf, requiredText } from './requests';
import { describeEvent } from './stack-events';
import type { StackFailure, TemplateCatalogue } from './stack-update';
import type { ClockedStackUpdates } from './stack-updates';
import type { SimulatedStack } from './stacks';
import { templateSummary } from './templates';

/** What the API needs to change stacks, not only to show them. */
export interface StackChanges {
  clock: VirtualClock;
  updates: ClockedStackUpdates;
  templates: TemplateCatalogue;
  /** Asked for each resource, as the stack's service role or as the caller. */
  iam: Pick<Iam, 'authorize'>;
}

/** The part of the CloudFormation API that changes stacks: change sets, templates, events. */
export class ChangeSetsApi {
  private readonly sets: ChangeSets;

  constructor(
    private readonly changes: StackChanges,
    private readonly stackOf: (region: string, nameOrId: string) => SimulatedStack,
    private readonly pageSize: number,
  ) {
    this.sets = new ChangeSets(changes.clock, changes.updates.events, changes.updates);
  }

  /** Of one stack, the oldest first. */
  of(stack: SimulatedStack): { name: string; status: string }[] {
    return this.sets.of(stack).map((set) => ({ name: set.name, status: this.sets.statusOf(set) }));
  }

  answer(call: ServiceCall): Record<string, unknown> | Promise<Record<string, unknown>> {
    switch (call.operation) {
      case 'GetTemplateSummary':
        return templateSummary(call, this.changes.templates);
      case 'CreateChangeSet':
        return this.create(call);
      case 'DescribeChangeSet':
        return this.describe(call);
      case 'ListChangeSets':
        return this.list(call);
      case 'ExecuteChangeSet':
        return this.execute(call);
      case 'DeleteChangeSet':
        return this.delete(call);
      case 'DescribeStackEvents':
        return this.describeEvents(call);
      default:
        throw notSimulated(`cloudformation:${call.operation}`);
    }
  }

  private create(call: ServiceCall): Record<string, unknown> {
    const stack = this.stackOf(call.region, requiredText(call, 'StackName'));
    const set = this.sets.create(stack, call.caller.accountId, changeSetRequest(call, stack, this.changes.templates));
    return { Id: set.id, StackId: stack.stackId };
  }

  private describe(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['StackName', 'ChangeSetName', 'NextToken']);
    const { set, stack } = this.setOf(call);
    const { items, nextToken } = pageOf(set.changes, call, this.pageSize);
    return {
      ...this.summary(set),
      Parameters: set.given.map(({ ParameterKey = '', UsePreviousValue }) => ({
        ParameterKey,
        ParameterValue: set.parameters[ParameterKey],
        ...(UsePreviousValue === undefined ? {} : { UsePreviousValue }),
      })),
      NotificationARNs: [],
      RollbackConfiguration: {},
      Capabilities: set.capabilities,
      Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
      Changes: items.map(describeChange),
      ...nextToken,
    };
  }

  private list(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['StackName', 'NextToken']);
    const stack = this.stackOf(call.region, requiredText(call, 'StackName'));
    const { items, nextToken } = pageOf(this.sets.of(stack), call, this.pageSize);
    return { Summaries: items.map((set) => this.summary(set)), ...nextToken };
  }

  private async execute(call: ServiceCall): Promise<Record<string, unknown>> {
    refuseOtherMembers(call, ['StackName', 'ChangeSetName', 'ClientRequestToken', 'DisableRollback']);
    if (call.input['DisableRollback'] === true) throw notSimulated('updates that are not rolled back');
    const { set, stack } = this.setOf(call);
    const token = optionalText(call, 'ClientRequestToken');
    this.sets.refuseExecution(set, token);
    const refused = await this.refusedResources(call, stack, set);
    // Somebody else may have been faster while IAM was asked.
    this.sets.refuseExecution(set, token);
    this.sets.execute(set, refused, token);
    return {};
  }

  private delete(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['StackName', 'ChangeSetName']);
    const stack = this.stackOf(call.region, requiredText(call, 'StackName'));
    this.sets.delete(stack, requiredText(call, 'ChangeSetName'));
    return {};
  }

  private describeEvents(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['StackName', 'NextToken']);
    const stack = this.stackOf(call.region, requiredText(call, 'StackName'));
    const events = this.changes.updates.events.newestFirst(stack.stackId);
    const { items, nextToken } = pageOf(events, call, this.pageSize);
    return { StackEvents: items.map(describeEvent), ...nextToken };
  }

  private setOf(call: ServiceCall): { set: SimulatedChangeSet; stack: SimulatedStack } {
    const stack = this.stackOf(call.region, requiredText(call, 'StackName'));
    return { stack, set: this.sets.get(stack, requiredText(call, 'ChangeSetName')) };
  }

  private summary(set: SimulatedChangeSet): Record<string, unknown> {
    return summarise(set, this.changes.updates.events.count(set.stack.stackId));
  }

  /**
   * CloudFormation acts with the stack's service role, or with the permissions of whom executes the change set.
   * Source: CloudFormation User Guide, "AWS CloudFormation service role"
   */
  private async refusedResources(
    call: ServiceCall,
    stack: SimulatedStack,
    set: SimulatedChangeSet,
  ): Promise<StackFailure[]> {
    const acting =
      stack.roleArn === undefined
        ? { roleArn: call.caller.roleArn, sessionName: call.caller.sessionName }
        : { roleArn: stack.roleArn, sessionName: 'AWSCloudFormation' };
    const refused: StackFailure[] = [];
    for (const change of set.changes) {
      const permission = permissionFor(stack, change);
      if (permission === undefined) continue;
      const decision = await this.changes.iam.authorize({ ...acting, region: call.region, ...permission });
      if (decision.allowed) continue;
      const { logicalId, type, physicalId } = change;
      const reason = deniedReason(decision.message, permission.action);
      refused.push({ logicalId, type, reason, ...(physicalId === undefined ? {} : { physicalId }) });
    }
    return refused;
  }
}
