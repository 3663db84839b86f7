import { AwsError } from '../aws/service';
import { childExecutionArn, executionArn as executionArnOf } from './arns';
import { exceedsDataLimit, parseData, type Data } from './data';
import { compileMachine } from './definition';
import { describeExecution, describeMapRun } from './describe';
import { EngineViews, type Output } from './engine-views';
import { Execution } from './execution';
import type { Surroundings } from './functions';
import { interpret } from './interpreter';
import { isValidName, limits } from './limits';
import { foreignWork, identityOf, labelled, type ForeignWork, type Machine, type Tag } from './machines';
import type { MapRun } from './map-run';
import type { EngineEvent, EngineOptions } from './options';
import { PayloadStore } from './payload-store';
import { redriveObstacle } from './redrive';
import { RedriveTokens } from './redrive-tokens';
import { Registry } from './registry';
import type { Services } from './services';
import { summarise, type EngineStatistics } from './statistics';
import { TaskTokens } from './task-tokens';
import { randomUuid } from './uuid';

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
export class StepFunctionsEngine extends EngineViews {
  private readonly redriveTokens = new RedriveTokens();
  private readonly surroundings: Surroundings;
  private readonly services: Services;
  private sequence = 0;

  constructor(private readonly options: EngineOptions) {
    super(new Registry());
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

  /** Ends an execution at once; one that is closed stays as it is. */
  stopExecution(request: { executionArn: string; error?: string | undefined; cause?: string | undefined }): {
    stopDate: Date;
  } {
    const execution = this.registry.execution(request.executionArn);
    execution.abort(request.error, request.cause);
    return { stopDate: new Date(execution.stopMs ?? this.options.clock.now()) };
  }

  /** No operation of the API: what happens when an execution has used up its time, without waiting for days. */
  timeOutExecution(request: { executionArn: string }): void {
    this.registry.execution(request.executionArn).timeOut();
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
