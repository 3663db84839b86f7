import type { Client } from 'pg';
import { approvalDocumentKey, approvalKey, approvalRecord, type ApprovalRecord } from '../../lambda/shared/approval';
import { stepRecordKey } from '../../lambda/shared/step-record';
import type { JournaledCall } from '../aws/redshift-data';
import type { EngineStatistics } from '../engine';
import { parseCall } from '../warehouse/postgres/call-text';
import { changedTables, tableFingerprints, type TableFingerprint } from '../warehouse/truth';
import { schemaOf, type AppRef } from '../world/description';
import type { World } from '../world/world';
import { Operator } from './operator';
import { operatorPlace } from './operator-place';
import type { OnProgress } from './progress';
import type { Recorder } from './recorder';
import type { AppResult } from './result';

/** How a root execution ended. */
export interface Ended {
  status: string;
  error?: string;
  cause?: string;
  redriveCount: number;
}

/** What a scenario acts on: its world, and the executions it starts there. */
export class Stage {
  /** Roots in the order in which they were started. */
  readonly roots: string[] = [];
  private readonly firstStartMs: number;
  private settledApps: AppResult[] | undefined;

  constructor(
    readonly world: World,
    readonly recorder: Recorder,
    private readonly input: Record<string, unknown>,
    private readonly onProgress: OnProgress,
  ) {
    this.firstStartMs = world.clock.now();
  }

  get root(): string {
    const root = this.roots.at(-1);
    if (root === undefined) throw new Error('No execution has been started');
    return root;
  }

  /** Starts an execution with the scenario's input, and what is different in it this time. */
  start(changes: Record<string, unknown> = {}): void {
    const { engine, machineArn } = this.world.account;
    const name = `rehearsal-${this.roots.length + 1}`;
    const input = { ...this.input, ...changes };
    this.note(`Starting execution ${name}, mode ${String(input['mode'])}`);
    const { executionArn } = engine.startExecution({
      stateMachineArn: machineArn,
      name,
      input: JSON.stringify(input),
    });
    this.roots.push(executionArn);
  }

  /** An execution that nobody here has started is the root from now on. */
  adopt(executionArn: string): void {
    this.note(`Execution ${executionArn.slice(executionArn.lastIndexOf(':') + 1)} was started by an event`);
    this.roots.push(executionArn);
  }

  /** Resolves when the root is closed. */
  async ended(root = this.root): Promise<void> {
    await this.world.account.engine.waitForEnd(root);
  }

  /** Waits for the root's end, and tells it. */
  async end(root = this.root): Promise<Ended> {
    await this.ended(root);
    const ended = this.describe(root);
    this.note(`The execution ended ${ended.status}${ended.error === undefined ? '' : `: ${ended.error}`}`);
    return ended;
  }

  async run(changes: Record<string, unknown> = {}): Promise<Ended> {
    this.start(changes);
    return this.end();
  }

  /** Redrives the root, as a person does in the console, and waits for its end. */
  async redrive(root = this.root): Promise<Ended> {
    this.note('Redriving the execution');
    this.world.account.engine.redriveExecution({ executionArn: root });
    return this.end(root);
  }

  stop(): void {
    this.note('Stopping the execution');
    this.world.account.engine.stopExecution({
      executionArn: this.root,
      error: 'Stopped',
      cause: 'Stopped by a person',
    });
  }

  /** Its time has run out. */
  timeOut(): void {
    this.note('The execution has used up its time');
    this.world.account.engine.timeOutExecution({ executionArn: this.root });
  }

  /** Waits until every Map Run of the root has ended: they outlive a stopped parent for a while. */
  async mapRunsEnded(executionArn = this.root): Promise<void> {
    const { engine } = this.world.account;
    const { mapRuns } = engine.listMapRuns({ executionArn });
    for (const { mapRunArn } of mapRuns) await engine.waitForMapRun(String(mapRunArn));
  }

  describe(root = this.root): Ended {
    const { status, error, cause, redriveCount } = this.world.account.engine.describeExecution({
      executionArn: root,
    });
    return {
      status: String(status),
      redriveCount: Number(redriveCount ?? 0),
      ...(typeof error === 'string' ? { error } : {}),
      ...(typeof cause === 'string' ? { cause } : {}),
    };
  }

  /** The root's output; undefined while there is none. */
  output(): unknown {
    const { output } = this.world.account.engine.describeExecution({ executionArn: this.root });
    return typeof output === 'string' ? (JSON.parse(output) as unknown) : undefined;
  }

  /** What the child execution of an app, or of a project, said when it failed, in full; the judges shorten it. */
  childCause({ projectId, appId }: { projectId: string; appId?: string }): string {
    const wanted = appId === undefined ? projectId : `${projectId} / ${appId}`;
    const children = [...this.recorder.executions.values()].filter(({ name }) => name === wanted);
    return children.at(-1)?.cause ?? '';
  }

  /** Does something in a while, by the world's clock; the world waits for it. */
  later(afterMs: number, act: () => void | Promise<void>): void {
    const { clock } = this.world;
    clock.at(clock.now() + afterMs, () => {
      const release = clock.hold();
      void Promise.resolve(act()).finally(release);
    });
  }

  /** An object of the plan bucket as JSON; undefined where there is none. */
  object(key: string): unknown {
    const { buckets, planBucket } = this.world.account;
    const body = buckets.readObject(planBucket, key);
    return body === undefined ? undefined : (JSON.parse(body.toString()) as unknown);
  }

  /** What a person was asked to approve, as it is shown; undefined where nobody was asked. */
  proposal(): string | undefined {
    const { buckets, planBucket } = this.world.account;
    return buckets.readObject(planBucket, approvalDocumentKey(this.root))?.toString();
  }

  /** A person at the operator's command line. */
  operator(who = 'ada'): Operator {
    return new Operator(operatorPlace(this.world), who);
  }

  /** What is written down of the root's question; undefined where nobody was asked. */
  async approval(): Promise<ApprovalRecord | undefined> {
    const record = (await this.world.stateItems()).find(({ pk }) => pk === approvalKey(this.root, 'plan'));
    return record === undefined ? undefined : approvalRecord.parse(record);
  }

  /** Last sentence of a step of the root itself; undefined where it has not come to its end. */
  async summaryOf(step: string): Promise<string | undefined> {
    const record = (await this.world.stateItems()).find(({ pk }) => pk === stepRecordKey(this.root, step, {}));
    return typeof record?.['summary'] === 'string' ? record['summary'] : undefined;
  }

  /** Does something once the execution that is started next has come to a state. */
  whenEntered(state: string, act: () => void | Promise<void>): void {
    const [before, roots] = [this.stateCount(state).entered, this.roots.length];
    const look = (): void | Promise<void> => {
      if (this.stateCount(state).entered > before) return act();
      const isOver = this.roots.length > roots && this.describe().status !== 'RUNNING';
      if (!isOver) this.later(LOOK_MS, look);
    };
    this.later(LOOK_MS, look);
  }

  /** Name of the root execution. */
  get rootName(): string {
    return this.root.slice(this.root.lastIndexOf(':') + 1);
  }

  note(text: string): void {
    this.onProgress({ kind: 'note', text });
  }

  /** The app at a place in the world's list. */
  app(index = 0): AppRef {
    const app = this.world.apps[index];
    if (app === undefined) throw new Error(`This world has no app ${index}`);
    return app;
  }

  /** The procedure by which the chosen strategy moves events. */
  get eventsProcedure(): string {
    const { migration } = this.input as { migration?: { strategy?: string } };
    return migration?.strategy === 'documented' ? 'sp_migrate_data_to_v2' : 'sp_migrate_event_to_v2';
  }

  /**
   * Does something at the moment before the first call that moves an app's events: when the check of its data is over.
   * The call waits for it.
   */
  beforeFirstCall(app: AppRef, act: () => Promise<void>): void {
    this.beforeCall(app, this.eventsProcedure, act);
  }

  /** Does something at the moment before an app's first call of a procedure, which waits for it. */
  beforeCall(app: AppRef, procedure: string, act: () => Promise<void>): void {
    const remove = this.world.postgres.warehouse(app.projectId).warehouse.onStatement(async ({ sql }) => {
      const call = parseCall(sql);
      if (call?.schema !== schemaOf(app.appId) || call.procedure !== procedure) return;
      remove();
      await act();
    });
  }

  /** Calls of an app's procedures so far. */
  callsOf(app: AppRef): JournaledCall[] {
    const { calls } = this.world.account.data.journal;
    return calls.filter(({ database, schema }) => database === app.projectId && schema === schemaOf(app.appId));
  }

  /** A superuser's connection to an app's database. */
  database(app: AppRef): Promise<Client> {
    return this.world.postgres.client(app.projectId);
  }

  /** Rows of a query with `{}` for the app's schema. */
  async rows<Row>(app: AppRef, sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = await this.database(app);
    return (await client.query(sql.replaceAll('{}', client.escapeIdentifier(schemaOf(app.appId))), values))
      .rows as Row[];
  }

  /** Fingerprints of every table of every app, the log included. */
  async fingerprints(): Promise<Map<string, TableFingerprint>> {
    const all = new Map<string, TableFingerprint>();
    for (const app of this.world.apps) {
      const tables = await tableFingerprints(await this.database(app), schemaOf(app.appId));
      for (const [name, fingerprint] of tables) all.set(`${app.projectId}.${app.appId}.${name}`, fingerprint);
    }
    return all;
  }

  /** Tables that differ from then. */
  async changedSince(before: ReadonlyMap<string, TableFingerprint>): Promise<string[]> {
    return changedTables(before, await this.fingerprints());
  }

  /** Counts of all executions of our machine together. */
  statistics(): EngineStatistics {
    const { engine } = this.world.account;
    return this.roots.map((arn) => engine.statistics(arn)).reduce(merged, NOTHING);
  }

  stateCount(name: string): { entered: number; failed: number } {
    return this.statistics().states.find((state) => state.name === name) ?? { entered: 0, failed: 0 };
  }

  /** Events in the root's history. */
  historyEvents(): number {
    const { engine } = this.world.account;
    let count = 0;
    let nextToken: string | undefined;
    do {
      const page = engine.getExecutionHistory({
        executionArn: this.root,
        includeExecutionData: false,
        maxResults: 1000,
        nextToken,
      });
      count += page.events.length;
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return count;
  }

  virtualSeconds(): number {
    return Math.round((this.world.clock.now() - this.firstStartMs) / 1000);
  }

  /** Counts the apps for the last time: a clean-up will drop what they are counted against. */
  async settleAppResults(): Promise<AppResult[]> {
    this.settledApps = await this.appResults();
    return this.settledApps;
  }

  /** Legacy against migrated events of every app, and what the upgrade says of them. */
  async appResults(): Promise<AppResult[]> {
    if (this.settledApps !== undefined) return this.settledApps;
    const items = await this.world.stateItems();
    const results: AppResult[] = [];
    for (const app of this.world.apps) {
      const { region, projectId, appId } = app;
      const truth = await this.world.truth(app);
      const verdict = items.find(({ pk }) => pk === `verdict/${region}/${projectId}/${appId}`)?.['state'];
      const says = verdict === 'proved' || verdict === 'accepted';
      results.push({ projectId, appId, ...truth, parity: says && truth.missing === 0 && truth.duplicated === 0 });
    }
    return results;
  }
}

/** Between two looks at how far an execution has come. */
const LOOK_MS = 5_000;

const NOTHING: EngineStatistics = { states: [], transitions: 0, historyEvents: 0, maxHistoryEvents: 0, redrives: 0 };

function merged(one: EngineStatistics, other: EngineStatistics): EngineStatistics {
  const states = new Map(one.states.map(({ name, ...count }) => [name, count]));
  for (const { name, entered, failed } of other.states) {
    const known = states.get(name) ?? { entered: 0, failed: 0 };
    states.set(name, { entered: known.entered + entered, failed: known.failed + failed });
  }
  return {
    states: [...states].map(([name, count]) => ({ name, ...count })),
    transitions: one.transitions + other.transitions,
    historyEvents: one.historyEvents + other.historyEvents,
    maxHistoryEvents: Math.max(one.maxHistoryEvents, other.maxHistoryEvents),
    redrives: one.redrives + other.redrives,
  };
}
