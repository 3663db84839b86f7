import { notSimulated, refuseOtherMembers } from '../not-simulated';
import type { ServiceCall, SimulatedService } from '../service';
import { ChangeSetsApi, type StackChanges } from './change-sets-api';
import { optionalText, pageOf, requiredText, validationError } from './requests';
import type { SimulatedStack, SimulatedStackResource, StackRegistry } from './stacks';

/**
 * The CloudFormation API over a registry of stacks: what shows them is here, what changes them in `change-sets-api.ts`.
 * Source: CloudFormation API Reference, DescribeStacks, ListStacks, ListStackResources, DescribeStackResource(s)
 */
export class StacksApi implements SimulatedService {
  readonly signingName = 'cloudformation';

  private readonly changeSets: ChangeSetsApi | undefined;

  /**
   * @param pageSize items a page of every operation that pages; AWS gives 100 resources a page
   * @param changes without it stacks are only shown
   */
  constructor(
    private readonly registry: StackRegistry,
    private readonly pageSize = 100,
    changes?: StackChanges,
  ) {
    const stackOf = (region: string, nameOrId: string): SimulatedStack => this.changedStack(region, nameOrId);
    this.changeSets = changes === undefined ? undefined : new ChangeSetsApi(changes, stackOf, pageSize);
  }

  /** Change sets of a stack that are still there, the oldest first. */
  changeSetsOf(stack: SimulatedStack): { name: string; status: string }[] {
    return this.changeSets?.of(stack) ?? [];
  }

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    return new Promise((resolve) => resolve(this.answer(call)));
  }

  private answer(call: ServiceCall): Record<string, unknown> | Promise<Record<string, unknown>> {
    switch (call.operation) {
      case 'DescribeStacks':
        return this.describeStacks(call);
      case 'ListStacks':
        return this.listStacks(call);
      case 'ListStackResources':
        return this.listStackResources(call);
      case 'DescribeStackResource':
        return this.describeStackResource(call);
      case 'DescribeStackResources':
        return this.describeStackResources(call);
      default:
        if (this.changeSets !== undefined) return this.changeSets.answer(call);
        throw notSimulated(`cloudformation:${call.operation}`);
    }
  }

  private describeStacks(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['StackName', 'NextToken']);
    const nameOrId = optionalText(call, 'StackName');
    if (nameOrId !== undefined) return { Stacks: [describe(this.stack(call.region, nameOrId))] };
    // Deleted stacks are answered by id only.
    const living = this.registry.inRegion(call.region).filter(({ status }) => status !== 'DELETE_COMPLETE');
    const { items, nextToken } = this.page(living, call);
    return { Stacks: items.map(describe), ...nextToken };
  }

  private listStacks(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['StackStatusFilter', 'NextToken']);
    const filter = call.input['StackStatusFilter'];
    const wanted = Array.isArray(filter) && filter.length > 0 ? new Set<unknown>(filter) : undefined;
    const stacks = this.registry.inRegion(call.region).filter(({ status }) => wanted?.has(status) ?? true);
    const { items, nextToken } = this.page(stacks, call);
    return { StackSummaries: items.map(summarise), ...nextToken };
  }

  private listStackResources(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['StackName', 'NextToken']);
    const stack = this.stack(call.region, requiredText(call, 'StackName'));
    const { items, nextToken } = this.page(stack.resources, call);
    const summaries = items.map((resource) => ({
      LogicalResourceId: resource.logicalId,
      PhysicalResourceId: resource.physicalId,
      ResourceType: resource.type,
      LastUpdatedTimestamp: updatedAt(resource, stack),
      ResourceStatus: resource.status ?? 'CREATE_COMPLETE',
      DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
    }));
    return { StackResourceSummaries: summaries, ...nextToken };
  }

  private describeStackResource(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['StackName', 'LogicalResourceId']);
    const stack = this.stack(call.region, requiredText(call, 'StackName'));
    const logicalId = requiredText(call, 'LogicalResourceId');
    const resource = stack.resources.find((candidate) => candidate.logicalId === logicalId);
    if (resource === undefined)
      throw validationError(`Resource ${logicalId} does not exist for stack ${stack.stackName}`);
    const { Timestamp, ...detail } = detailOf(resource, stack);
    return { StackResourceDetail: { ...detail, LastUpdatedTimestamp: Timestamp } };
  }

  private describeStackResources(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['StackName', 'LogicalResourceId', 'PhysicalResourceId']);
    const [nameOrId, physicalId] = [optionalText(call, 'StackName'), optionalText(call, 'PhysicalResourceId')];
    if ((nameOrId === undefined) === (physicalId === undefined)) {
      throw validationError('Exactly one of StackName and PhysicalResourceId must be given');
    }
    const stack =
      nameOrId === undefined ? this.stackOfResource(call.region, physicalId ?? '') : this.stack(call.region, nameOrId);
    const logicalId = optionalText(call, 'LogicalResourceId');
    // It answers the first 100 resources and has no pages.
    const resources = stack.resources
      .filter((resource) => logicalId === undefined || resource.logicalId === logicalId)
      .slice(0, 100);
    return { StackResources: resources.map((resource) => detailOf(resource, stack)) };
  }

  private stack(region: string, nameOrId: string): SimulatedStack {
    const stack = this.registry.find(region, nameOrId);
    if (stack === undefined) throw validationError(`Stack with id ${nameOrId} does not exist`);
    return stack;
  }

  private stackOfResource(region: string, physicalId: string): SimulatedStack {
    const stack = this.registry
      .inRegion(region)
      .find(
        ({ status, resources }) =>
          status !== 'DELETE_COMPLETE' && resources.some((resource) => resource.physicalId === physicalId),
      );
    if (stack === undefined) throw validationError(`Stack for ${physicalId} does not exist`);
    return stack;
  }

  /** What changes stacks words it in its own way. */
  private changedStack(region: string, nameOrId: string): SimulatedStack {
    const stack = this.registry.find(region, nameOrId);
    if (stack === undefined) throw validationError(`Stack [${nameOrId}] does not exist`);
    return stack;
  }

  private page<T>(all: T[], call: ServiceCall): ReturnType<typeof pageOf<T>> {
    return pageOf(all, call, this.pageSize);
  }
}

function describe(stack: SimulatedStack): Record<string, unknown> {
  return {
    StackId: stack.stackId,
    StackName: stack.stackName,
    Description: stack.description,
    Parameters: Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    ...timesOf(stack),
    RollbackConfiguration: {},
    StackStatus: stack.status,
    ...(stack.statusReason === undefined ? {} : { StackStatusReason: stack.statusReason }),
    DisableRollback: false,
    ...(stack.roleArn === undefined ? {} : { RoleARN: stack.roleArn }),
    NotificationARNs: [],
    Capabilities: stack.capabilities ?? ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      ...(description === undefined ? {} : { Description: description }),
      ...(exportName === undefined ? {} : { ExportName: exportName }),
    })),
    Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
    EnableTerminationProtection: false,
    ...familyOf(stack),
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

function summarise(stack: SimulatedStack): Record<string, unknown> {
  return {
    StackId: stack.stackId,
    StackName: stack.stackName,
    TemplateDescription: stack.description,
    ...timesOf(stack),
    StackStatus: stack.status,
    ...(stack.statusReason === undefined ? {} : { StackStatusReason: stack.statusReason }),
    ...familyOf(stack),
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

function detailOf(
  resource: SimulatedStackResource,
  stack: SimulatedStack,
): { Timestamp: Date } & Record<string, unknown> {
  return {
    StackName: stack.stackName,
    StackId: stack.stackId,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    Timestamp: updatedAt(resource, stack),
    ResourceStatus: resource.status ?? 'CREATE_COMPLETE',
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}

function timesOf({ createdMs, updatedMs, deletedMs }: SimulatedStack): Record<string, Date> {
  return {
    CreationTime: new Date(createdMs),
    ...(updatedMs === undefined ? {} : { LastUpdatedTime: new Date(updatedMs) }),
    ...(deletedMs === undefined ? {} : { DeletionTime: new Date(deletedMs) }),
  };
}

function familyOf({ parentId, rootId }: SimulatedStack): Record<string, string> {
  return {
    ...(parentId === undefined ? {} : { ParentId: parentId }),
    ...(rootId === undefined ? {} : { RootId: rootId }),
  };
}

function updatedAt(resource: SimulatedStackResource, stack: SimulatedStack): Date {
  return new Date(resource.updatedMs ?? stack.updatedMs ?? stack.createdMs);
}
