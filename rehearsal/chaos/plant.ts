import { assertNever } from '../../lambda/shared/errors';
import { AwsError, type ServiceCall } from '../aws/service';
import type { StackFailure } from '../aws/cloudformation/stack-update';
import { ServiceError } from '../engine';
import { seededRandom } from '../random';
import type { Stage } from '../run/stage';
import { apiFunctionFails } from '../scenarios/console-world';
import { doubleUserBeforeItIsCounted } from '../scenarios/parity-accepted';
import { plantDataFault } from '../warehouse/generator/data-faults';
import { abortCalls } from '../warehouse/postgres/statement-faults';
import { clearProcedureFaults, plantProcedureFault } from '../warehouse/v2';
import { schemaOf } from '../world/description';
import type { Disturbance } from './disturbance';

/** What becomes of an invocation. */
type Fate = 'pass' | 'crash-before' | 'crash-after';

type Of<Kind extends Disturbance['kind']> = Extract<Disturbance, { kind: Kind }>;

/** Lets a world's disturbances happen, and takes them away again as whoever is responsible for them would. */
export class Trouble {
  /** What is taken away when somebody repairs. */
  private repairs: (() => void | Promise<void>)[] = [];
  private readonly fates: (() => Fate)[] = [];
  private readonly fromMs: number;

  constructor(
    private readonly stage: Stage,
    private readonly seed: number,
  ) {
    this.fromMs = stage.world.clock.now();
  }

  /** Around each invocation of a function of ours: one that is lost is told as Step Functions tells it. */
  async around(run: () => Promise<unknown>): Promise<unknown> {
    const fate = this.fates.map((one) => one()).find((one) => one !== 'pass') ?? 'pass';
    if (fate === 'pass') return run();
    // What the handler met does not matter: nobody hears of it.
    if (fate === 'crash-after') await run().catch(() => undefined);
    throw new ServiceError(
      'Lambda.Unknown',
      'The cause could not be determined because Lambda did not return an error type.',
    );
  }

  /** Stops and refusals by a person are not planted here: they follow what executions do. */
  async plant(disturbances: readonly Disturbance[]): Promise<void> {
    for (const [index, disturbance] of disturbances.entries()) await this.plantOne(disturbance, this.seed + index);
  }

  /** Whatever still disturbs is taken away: the data are mended, services work again. */
  async repair(): Promise<void> {
    const { repairs } = this;
    this.repairs = [];
    for (const repair of repairs) await repair();
  }

  private plantOne(disturbance: Disturbance, seed: number): void | Promise<void> {
    switch (disturbance.kind) {
      case 'calls-fail': {
        const { effect, rate } = disturbance;
        this.stage.world.account.faults.addRandom(seed, rate, { effect, match: isOfSteps });
        return;
      }
      case 'outage':
        this.outage(disturbance);
        return;
      case 'functions-crash': {
        const random = seededRandom(seed);
        const { when, rate } = disturbance;
        this.fates.push(() => (random() < rate ? `crash-${when}` : 'pass'));
        return;
      }
      case 'functions-out':
        this.functionsOut(disturbance);
        return;
      case 'calls-end':
        this.callsEnd(disturbance);
        return;
      case 'procedure-fails':
        this.procedureFails(disturbance);
        return;
      case 'bad-data':
        return this.badData(disturbance);
      case 'stack-fails':
        this.stackFails(disturbance);
        return;
      case 'console-fails': {
        const failure = apiFunctionFails(this.stage, 'Resource handler returned message: "Rate exceeded"');
        this.stage.world.account.life.console.plan({ failures: [failure] });
        return;
      }
      case 'schema-fails': {
        const { schemas } = this.stage.world.account.plane;
        const { appId } = this.stage.app(disturbance.app);
        for (let time = 0; time < disturbance.times; time += 1) schemas.failOnce(appId, SCHEMA_FAILURE);
        return;
      }
      case 'job-runs': {
        const { processing } = this.stage.world.account.plane;
        processing.submitJob(this.projectOf(disturbance.project), { runsForMs: disturbance.forMs });
        return;
      }
      case 'capacity-refused':
        this.stage.world.account.faults.add({
          match: ({ operation }) => operation === 'UpdateWorkgroup',
          effect: new AwsError('ConflictException', 'There is an operation running on the workgroup. Try again later.'),
          times: disturbance.times,
        });
        return;
      case 'user-twice':
        doubleUserBeforeItIsCounted(this.stage, this.stage.app(disturbance.app));
        return;
      case 'stop':
      case 'refusal-by-person':
        return;
      default:
        return assertNever(disturbance);
    }
  }

  private outage({ service, effect, afterMs, forMs }: Of<'outage'>): void {
    const isNow = this.span(afterMs, forMs);
    const remove = this.stage.world.account.faults.add({
      match: (call) => isOfSteps(call) && (service === undefined || call.service === service) && isNow(),
      effect,
      times: Infinity,
    });
    this.whenBegun(isNow, remove);
  }

  private functionsOut({ when, afterMs, forMs }: Of<'functions-out'>): void {
    const isNow = this.span(afterMs, forMs);
    let isOver = false;
    this.fates.push(() => (!isOver && isNow() ? `crash-${when}` : 'pass'));
    this.whenBegun(isNow, () => void (isOver = true));
  }

  /** True from `afterMs` on for `forMs`. */
  private span(afterMs: number, forMs: number): () => boolean {
    const { clock } = this.stage.world;
    const beginMs = this.fromMs + afterMs;
    return () => clock.now() >= beginMs && clock.now() < beginMs + forMs;
  }

  /** Nobody repairs what has not begun. */
  private whenBegun(isNow: () => boolean, remove: () => void): void {
    const repair = (): void => {
      if (isNow()) remove();
      else this.repairs.push(repair);
    };
    this.repairs.push(repair);
  }

  private callsEnd({ app: index, procedure, cause, afterLogRows, times }: Of<'calls-end'>): void {
    const { projectId, appId } = this.stage.app(index);
    const { warehouse } = this.stage.world.postgres.warehouse(projectId);
    const aborts = abortCalls(warehouse, {
      procedure,
      schema: schemaOf(appId),
      when: { afterLogRows },
      cause: ABORTS[cause],
      times,
    });
    this.repairs.push(() => aborts.remove());
  }

  /** The procedures are there at the latest when the app's data begin to move. */
  private procedureFails({ app: index, procedure, step, times }: Of<'procedure-fails'>): void {
    const app = this.stage.app(index);
    this.stage.beforeFirstCall(app, async () => {
      const client = await this.stage.database(app);
      await plantProcedureFault(client, { schema: schemaOf(app.appId), procedure, step, kind: 'error', times });
      this.repairs.push(() => clearProcedureFaults(client, schemaOf(app.appId)));
    });
  }

  private async badData({ app: index, fault, moment }: Of<'bad-data'>): Promise<void> {
    const app = this.stage.app(index);
    const plant = async (): Promise<void> => {
      const client = await this.stage.database(app);
      const planted = await plantDataFault(client, { schema: schemaOf(app.appId), fault });
      this.repairs.push(() => planted.repair(client));
    };
    if (moment === 'start') await plant();
    else this.stage.beforeFirstCall(app, plant);
  }

  private stackFails({ project, stackType }: Of<'stack-fails'>): void {
    const failure: StackFailure = {
      logicalId: 'Something',
      type: TYPES[stackType] ?? TYPES['Reporting'] ?? '',
      reason: STACK_FAILURE,
    };
    this.stage.world.account.life.pipeline(this.projectOf(project)).plan({ failures: { [stackType]: [failure] } });
  }

  private projectOf(index: number): string {
    return this.stage.world.description.projects[index]?.projectId ?? '';
  }
}

/** What people do from outside goes through the same door, and is not what is to be disturbed. */
function isOfSteps({ caller }: ServiceCall): boolean {
  return !caller.roleArn.endsWith(':role/Operator');
}

const SCHEMA_FAILURE = 'ERROR: could not open relation with OID 174210; retry';
const STACK_FAILURE = 'Resource handler returned message: "Rate exceeded (Service: Lambda, Status Code: 429)"';

const TYPES: Readonly<Record<string, string>> = {
  Reporting: 'AWS::QuickSight::Dashboard',
  DataProcessing: 'AWS::EMRServerless::Application',
  DataModelingRedshift: 'AWS::Lambda::Function',
};

const ABORTS = {
  'time-out': { kind: 'wlm', rule: 'max_query_execution_time' },
  'query-rule': { kind: 'wlm', rule: 'no_long_queries' },
  person: { kind: 'user' },
} as const;
