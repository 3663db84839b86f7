import { unmarshall } from '@aws-sdk/util-dynamodb';
import { isAtLeast, solutionOf, type SolutionDescription } from '../aws/cloudformation/solution-stacks';
import type { WarmEnvironments } from '../aws/lambda/warm-environments';
import { VirtualClock } from '../clock';
import type { EngineEvent, LambdaCall } from '../engine';
import { synthesise, type SynthOptions } from '../synth';
import type { MigrationTruth } from '../warehouse/truth';
import { Account, ACCOUNT_ID, type AroundInvocation } from './account';
import type { DataPlane } from './data-plane';
import { appsOf, cutoffMsOf, START_MS, VERSION, type AppRef, type WorldDescription } from './description';
import { createPostgresData, PostgresData, type PostgresDataOptions } from './postgres-data';

export interface WorldOptions {
  /** Makes the warehouses; PostgreSQL's where it is left out. */
  plane?: (options: PostgresDataOptions) => Promise<DataPlane>;
  /** What our own stack is deployed with, beside cdk.json's context. */
  context?: Record<string, unknown>;
  /** Regions where the stack of the Lambda that Redshift calls is deployed; those of the pipelines where it is left out. */
  udfRegions?: readonly string[];
  logFile?: string;
  onEvent?: (event: EngineEvent) => void;
  onAnswer?: (call: LambdaCall, answer: unknown) => void;
  around?: AroundInvocation;
  warm?: WarmEnvironments;
  /** Legacy events generated so far. */
  onGenerated?: (done: number, total: number) => void;
}

/** An embedded account, the solution in it, its warehouses with data, and our stack deployed beside it. */
export interface World {
  readonly description: WorldDescription;
  readonly clock: VirtualClock;
  readonly account: Account;
  readonly plane: DataPlane;
  readonly startMs: number;
  /** Events from here on are to be migrated: a UTC midnight. */
  readonly cutoffMs: number;
  readonly apps: readonly AppRef[];
  /** The plane, where it is PostgreSQL's. @throws Error where it is a modelled one */
  readonly postgres: PostgresData;
  truth(app: AppRef): Promise<MigrationTruth>;
  /** Every item of our state table, as plain JSON. */
  stateItems(): Promise<Record<string, unknown>[]>;
  /** Ends everything. Harmless when called again. */
  dispose(): Promise<void>;
}

const CONSOLE_REGIONS = { aws: 'us-east-1', 'aws-cn': 'cn-north-1' } as const;
export const CONSOLE_STACK = 'clickstream-console';

/**
 * Builds a world. The template is synthesised (or taken from the cache) while the data are generated. Nothing of a
 * world that could not be built is left behind.
 */
export async function buildWorld(description: WorldDescription, options: WorldOptions = {}): Promise<World> {
  const startMs = description.startMs ?? START_MS;
  const clock = new VirtualClock(startMs);
  const solution = solutionDescription(description, startMs);
  const { warehouses } = solutionOf(solution);
  const makePlane = options.plane ?? createPostgresData;
  const planeOptions: PostgresDataOptions = {
    description,
    startMs,
    clock,
    warehouses,
    ...(options.onGenerated === undefined ? {} : { onProgress: options.onGenerated }),
  };
  const [assembled, planed] = await Promise.allSettled([synthesise(deploymentOf(options)), makePlane(planeOptions)]);
  let account: Account | undefined;
  try {
    if (assembled.status === 'rejected') throw asError(assembled.reason);
    if (planed.status === 'rejected') throw asError(planed.reason);
    const { udfRegions, logFile, onEvent, onAnswer, around, warm } = options;
    account = new Account({
      clock,
      seed: description.seed,
      assembly: assembled.value,
      solution,
      ...(udfRegions === undefined ? {} : { udfRegions }),
      ...(logFile === undefined ? {} : { logFile }),
      ...(onEvent === undefined ? {} : { onEvent }),
      ...(onAnswer === undefined ? {} : { onAnswer }),
      ...(around === undefined ? {} : { around }),
      ...(warm === undefined ? {} : { warm }),
    });
    await account.open(planed.value);
    return new BuiltWorld(description, clock, account, planed.value, startMs);
  } catch (error) {
    await account?.close();
    if (planed.status === 'fulfilled') await planed.value.dispose();
    clock.close();
    throw error;
  }
}

function deploymentOf({ context }: WorldOptions): SynthOptions {
  return context === undefined ? {} : { context };
}

class BuiltWorld implements World {
  readonly cutoffMs: number;
  readonly apps: readonly AppRef[];
  private disposed: Promise<void> | undefined;

  constructor(
    readonly description: WorldDescription,
    readonly clock: VirtualClock,
    readonly account: Account,
    readonly plane: DataPlane,
    readonly startMs: number,
  ) {
    this.cutoffMs = cutoffMsOf(description);
    this.apps = appsOf(description);
  }

  get postgres(): PostgresData {
    if (this.plane instanceof PostgresData) return this.plane;
    throw new Error('This world has no PostgreSQL');
  }

  truth(app: AppRef): Promise<MigrationTruth> {
    return this.plane.truth(app, this.cutoffMs);
  }

  async stateItems(): Promise<Record<string, unknown>[]> {
    const { dynamoDb, stateTable } = this.account;
    const items = await dynamoDb.items(this.account.region, stateTable);
    return items.map((item) => unmarshall(item as Parameters<typeof unmarshall>[0]));
  }

  dispose(): Promise<void> {
    this.disposed ??= this.end();
    return this.disposed;
  }

  private async end(): Promise<void> {
    this.clock.close();
    // Functions first: what they ask of a warehouse that is gone would only be noise.
    await this.account.close();
    await this.plane.dispose();
  }
}

/** The solution's deployment that a world begins with. */
function solutionDescription(description: WorldDescription, startMs: number): SolutionDescription {
  const version = description.version ?? VERSION;
  const partition = description.partition ?? 'aws';
  const { variant = partition === 'aws-cn' ? 'cloudfront-cn' : 'cloudfront', hasServiceRole = true } =
    description.console ?? {};
  return {
    partition,
    accountId: ACCOUNT_ID,
    console: { region: CONSOLE_REGIONS[partition], stackName: CONSOLE_STACK, version, variant, hasServiceRole },
    projects: description.projects.map(({ apps, redshift = { mode: 'New_Serverless' }, ...project }) => ({
      ...project,
      redshift,
      apps: apps.map(({ appId, timezone }) => ({
        appId,
        ...(isAtLeast(project.version ?? version, REPORTING_TIME_ZONES) ? { timezone } : {}),
      })),
    })),
    createdMs: startMs - 400 * 86_400_000,
    // Yesterday's upgrade of the pipelines: only the data are left.
    updatedMs: startMs - 86_400_000,
  };
}

/** The release that made them. Source: the solution's changelog, 1.1.6 */
const REPORTING_TIME_ZONES = '1.1.6';

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
