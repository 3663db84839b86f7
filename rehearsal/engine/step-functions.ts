import { AwsError } from '../aws/service';
import { childExecutionArn, executionArn as executionArnOf } from './arns';
import { exceedsDataLimit, parseData, type Data } from './data';
import { compileMachine } from './definition';
import { describeExecution, describeMapRun, listExecution, listMapRun } from './describe';
import { Execution } from './execution';
import type { Surroundings } from './functions';
import type { HistoryEvent } from './history';
import { interpret } from './interpreter';
import { isValidName, limits } from './limits';
import { foreignWork, identityOf, labelled, type ForeignWork, type Machine, type Tag } from './machines';
import type { MapRun } from './map-run';
import type { EngineEvent, EngineOptions } from './options';
import { paginate, type Page } from './paging';
import { PayloadStore } from './payload-store';
import { redriveObstacle } from './redrive';
import { RedriveTokens } from './redrive-tokens';
import { Registry } from './registry';
import type { Services } from './services';
import { summarise, type EngineStatistics } from './statistics';
import { TaskTokens } from './task-tokens';
import { randomUuid } from './uuid';

type Output = Record<string, unknown>;

/**
 * Step Functions, as far as machines in JSONata with Lambda Tasks and Distributed Maps need it, in every region of one
 * account. Methods have the API's inputs, outputs and errors (`AwsError`); dates are `Date`s, as in the SDK.
 *
 * ```ts
 * const engine = new StepFunctionsEngine({ clock, accountId, partition: 'aws', invokeLambda, putObject });
 * engine.registerMachine({ arn, name, definition, roleArn });
 * const { executionArn } = engine.startExecution({ stateMachineArn: arn, input: '{}' });
 * const { status } = await engine.waitForEnd(executionArn);
 * ```
 */
export class StepFunctionsEngine {
  private readonly registry = new Registry();
  private readonly redriveTokens = new RedriveTokens();
  private readonly surroundings: Surroundings;
  private readonly services: Services;
  private sequence = 0;

  constructor(private readonly options: EngineOptions) {
    const { clock, onEvent } = options;
    const random = (): number => (options.random ?? Math.random)();
    const uuid = (): string => randomUuid(random);
    this.surroundings = { nowMs: () => clock.now(), random, uuid };
    this.services = {
      clock,
      options,
      surroundings: this.surroundings,
      payloads: new PayloadStore(options.maxPayloadCharacters ?? 32_000_000),
      tokens: new TaskTokens(uuid),
      emit: (event: EngineEvent) => onEvent?.(event),
      createChild: (mapRun, input) => this.createChild(mapRun, input),
      addMapRun: (mapRun) => void this.registry.mapRuns.set(mapRun.arn, mapRun),
    };
  }

  /**
   * Registers a machine, or gives a registered one a new definition: what runs already, and its redrives, keep the old.
   * @throws InvalidDefinition listing everything in it that this engine does not run
   */
  registerMachine(machine: {
    arn: string;
    name: string;
    definition: object;
    roleArn: string;
    tags?: readonly Tag[];
  }): void {
    const identity = identityOf(machine.arn, machine.name, machine.roleArn);
    const compiled = compileMachine(machine.definition, this.surroundings);
    const definition = JSON.stringify(machine.definition);
    this.addMachine(
      { identity, work: interpret(compiled), timeoutSeconds: compiled.timeoutSeconds, definition },
      machine.tags,
    );
  }

  /** Registers a workflow of another product. `run` throws `{ error, cause }` to fail; it ends when its signal aborts. */
  registerForeignMachine(machine: {
    arn: string;
    name: string;
    roleArn?: string;
    tags?: readonly Tag[];
    run: ForeignWork;
  }): void {
    const roleArn =
      machine.roleArn ?? `arn:${this.options.partition}:iam::${this.options.accountId}:role/${machine.name}`;
    const identity = identityOf(machine.arn, machine.name, roleArn);
    const definition = JSON.stringify({ Comment: 'The workflow of another product' });
    this.addMachine({ identity, work: foreignWork(machine.run), timeoutSeconds: undefined, definition }, machine.tags);
  }

  startExecution(request: { stateMachineArn: string; name?: string | undefined; input?: string | undefined }): {
    executionArn: string;
    startDate: Date;
  } {
    const machine = this.registry.machine(request.stateMachineArn);
    const name = request.name ?? this.surroundings.uuid();
    if (!isValidName(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
    const input = parseInput(request.input ?? '{}');
    const arn = executionArnOf(machine.identity.root, name);
    const existing = this.registry.executions.get(arn);
    if (existing !== undefined) {
      if (existing.status !== 'RUNNING' || existing.input.json !== input.json) {
        throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      }
      return { executionArn: arn, startDate: new Date(existing.startMs) };
    }
    const { identity, work, timeoutSeconds } = machine;
    const execution = new Execution(
      this.services,
      arn,
      name,
      identity,
      input,
      work,
      timeoutSeconds,
      undefined,
      this.sequence++,
    );
    this.registry.executions.set(arn, execution);
    machine.executions.push(execution);
    execution.start();
    return { executionArn: arn, startDate: new Date(execution.startMs) };
  }

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

  /** Ends an execution at once; one that is closed stays as it is. */
  stopExecution(request: { executionArn: string; error?: string | undefined; cause?: string | undefined }): {
    stopDate: Date;
  } {
    const execution = this.registry.execution(request.executionArn);
    execution.abort(request.error, request.cause);
    return { stopDate: new Date(execution.stopMs ?? this.options.clock.now()) };
  }

  /** @throws AwsError ExecutionNotRedrivable with the reason DescribeExecution gives */
  redriveExecution(request: { executionArn: string; clientToken?: string | undefined }): { redriveDate: Date } {
    const execution = this.registry.execution(request.executionArn);
    const nowMs = this.options.clock.now();
    const earlier = this.redriveTokens.find(execution, request.clientToken, nowMs);
    if (earlier !== undefined) return { redriveDate: new Date(earlier) };
    const obstacle =
      redriveObstacle(execution, nowMs) ??
      (execution.parent === undefined ? undefined : 'Execution can only be redriven by its Map Run');
    if (obstacle !== undefined) throw new AwsError('ExecutionNotRedrivable', obstacle);
    execution.redrive();
    this.redriveTokens.remember(execution, request.clientToken, nowMs);
    return { redriveDate: new Date(nowMs) };
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

  sendTaskSuccess(request: { taskToken: string; output: string }): Output {
    this.services.tokens.success(request.taskToken, request.output);
    return {};
  }

  sendTaskFailure(request: { taskToken: string; error?: string | undefined; cause?: string | undefined }): Output {
    this.services.tokens.failure(request.taskToken, request.error, request.cause);
    return {};
  }

  sendTaskHeartbeat(request: { taskToken: string }): Output {
    this.services.tokens.heartbeat(request.taskToken);
    return {};
  }

  /** Counts of one execution with all its children, or of everything this engine has run. */
  statistics(executionArn?: string): EngineStatistics {
    if (executionArn !== undefined) return summarise([this.registry.execution(executionArn)]);
    return summarise([...this.registry.machines.values()].flatMap(({ executions }) => executions));
  }

  /** Resolves with the description of an execution once it is closed; at once if it is. */
  async waitForEnd(executionArn: string): Promise<Output> {
    const execution = this.registry.execution(executionArn);
    await new Promise<void>((resolve) => execution.whenClosed(resolve));
    return describeExecution(execution);
  }

  /** Resolves once a Map Run has ended: it may outlive the execution that started it. */
  async waitForMapRun(mapRunArn: string): Promise<Output> {
    const mapRun = this.registry.mapRun(mapRunArn);
    await new Promise<void>((resolve) => mapRun.whenEnded(resolve));
    return describeMapRun(mapRun);
  }

  private addMachine(
    machine: Pick<Machine, 'identity' | 'work' | 'timeoutSeconds' | 'definition'>,
    tags: readonly Tag[] | undefined,
  ): void {
    const { arn } = machine.identity;
    const existing = this.registry.machines.get(arn);
    this.registry.machines.set(arn, {
      ...machine,
      tags: tags ?? existing?.tags ?? [],
      creationMs: existing?.creationMs ?? this.options.clock.now(),
      executions: existing?.executions ?? [],
    });
  }

  private createChild(mapRun: MapRun, input: Data): Execution {
    const { machine } = mapRun.parent;
    const name = this.surroundings.uuid();
    const arn = childExecutionArn(machine.root, mapRun.state.label, name);
    const identity = labelled(machine, mapRun.state.label);
    const work = interpret(mapRun.state.processor);
    const child = new Execution(this.services, arn, name, identity, input, work, undefined, mapRun, this.sequence++);
    this.registry.executions.set(arn, child);
    return child;
  }
}

function parseInput(input: string): Data {
  if (exceedsDataLimit(input)) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${limits.dataBytes}`,
    );
  }
  try {
    return parseData(input);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  }
}
