import { AwsError } from '../aws/service';
import { describeExecution, describeMapRun, listExecution, listMapRun } from './describe';
import type { HistoryEvent } from './history';
import type { Tag } from './machines';
import { paginate, type Page } from './paging';
import type { Registry } from './registry';

export type Output = Record<string, unknown>;

/** The part of the API that only shows: machines, executions, Map Runs and their histories. */
export class EngineViews {
  constructor(protected readonly registry: Registry) {}

  describeExecution(request: { executionArn: string }): Output {
    return describeExecution(this.registry.execution(request.executionArn));
  }

  /** Newest first, of a machine (its own executions only) or of a Map Run. */
  listExecutions(
    request: Page & {
      stateMachineArn?: string | undefined;
      mapRunArn?: string | undefined;
      statusFilter?: string | undefined;
      redriveFilter?: string | undefined;
    },
  ): { executions: Output[]; nextToken?: string } {
    const { stateMachineArn, mapRunArn, statusFilter, redriveFilter } = request;
    if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
      throw new AwsError('ValidationException', 'Exactly one of stateMachineArn and mapRunArn must be given');
    }
    if (redriveFilter !== undefined && mapRunArn === undefined) {
      throw new AwsError('ValidationException', 'redriveFilter is only allowed with mapRunArn');
    }
    const all =
      stateMachineArn === undefined
        ? this.registry.mapRun(mapRunArn ?? '').items.flatMap(({ execution }) => execution ?? [])
        : this.registry.machine(stateMachineArn).executions;
    const chosen = all.filter(
      ({ status, redriveCount }) =>
        (statusFilter === undefined || status === statusFilter) &&
        (redriveFilter === undefined || redriveCount > 0 === (redriveFilter === 'REDRIVEN')),
    );
    const { members, ...rest } = paginate(chosen, ({ sequence }) => sequence, 'descending', request);
    return { executions: members.map(listExecution), ...rest };
  }

  describeMapRun(request: { mapRunArn: string }): Output {
    return describeMapRun(this.registry.mapRun(request.mapRunArn));
  }

  /** The Map Runs one execution started, newest first. */
  listMapRuns(request: Page & { executionArn: string }): { mapRuns: Output[]; nextToken?: string } {
    const { mapRuns } = this.registry.execution(request.executionArn);
    const { members, ...rest } = paginate(mapRuns, (mapRun) => mapRuns.indexOf(mapRun), 'descending', request);
    return { mapRuns: members.map(listMapRun), ...rest };
  }

  getExecutionHistory(
    request: Page & {
      executionArn: string;
      reverseOrder?: boolean | undefined;
      includeExecutionData?: boolean | undefined;
    },
  ): { events: HistoryEvent[]; nextToken?: string } {
    const { history } = this.registry.execution(request.executionArn);
    const ids = Array.from({ length: history.length }, (_, index) => index);
    const order = request.reverseOrder === true ? 'descending' : 'ascending';
    const { members, ...rest } = paginate(ids, (id) => id, order, request);
    const includeData = request.includeExecutionData !== false;
    return { events: members.flatMap((id) => history.slice(id, id + 1, includeData)), ...rest };
  }

  /** Executions and Map Runs that have not ended, of every machine; children included. */
  unfinished(): { arn: string; status: string }[] {
    return [...this.registry.executions.values(), ...this.registry.mapRuns.values()]
      .filter(({ status }) => status === 'RUNNING' || status === 'PENDING_REDRIVE')
      .map(({ arn, status }) => ({ arn, status }));
  }

  /** @param region lists only what is there; without it, everything */
  listStateMachines(request: Page = {}, region?: string): { stateMachines: Output[]; nextToken?: string } {
    const all = [...this.registry.machines.values()];
    const here = all.filter(({ identity }) => region === undefined || identity.root.region === region);
    const { members, ...rest } = paginate(here, (machine) => all.indexOf(machine), 'ascending', request);
    return {
      stateMachines: members.map(({ identity, creationMs }) => ({
        stateMachineArn: identity.arn,
        name: identity.name,
        type: 'STANDARD',
        creationDate: new Date(creationMs),
      })),
      ...rest,
    };
  }

  describeStateMachine(request: { stateMachineArn: string }): Output {
    const { identity, definition, creationMs } = this.registry.machine(request.stateMachineArn);
    return {
      stateMachineArn: identity.arn,
      name: identity.name,
      status: 'ACTIVE',
      definition,
      roleArn: identity.roleArn,
      type: 'STANDARD',
      creationDate: new Date(creationMs),
    };
  }

  listTagsForResource(request: { resourceArn: string }): { tags: Tag[] } {
    const machine = this.registry.machines.get(request.resourceArn);
    if (machine === undefined) throw new AwsError('ResourceNotFound', `Resource not found: '${request.resourceArn}'`);
    return { tags: machine.tags.map((tag) => ({ ...tag })) };
  }
}
