import { VirtualClock } from '../../rehearsal/clock';
import { LambdaFunctionError, StepFunctionsEngine } from '../../rehearsal/engine';
import { seededRandom } from '../../rehearsal/random';
import { deployed } from './synth';

/** Synthesised once for all machines of a test file. */
const DEPLOYMENT = deployed('aws');
const [MACHINE] = DEPLOYMENT.stateMachines;

/** What a step's Lambda gets; only what the stand-ins look at. */
export interface Request {
  target: Record<string, string | number | boolean | undefined>;
  attempt: { redrive: number; retry: number };
  root: { id: string; redrive: number; plan?: string };
  execution: { id: string; passes: number };
  taskToken?: string;
}

export type Step = (request: Request, machine: RehearsedMachine) => unknown;

export const done = (result: unknown = {}): unknown => ({ status: 'DONE', result, summary: 'done' });

/** A step that is done at its second pass. */
export const twoPasses: Step = (request) =>
  'progress' in request
    ? done()
    : { status: 'IN_PROGRESS', waitSeconds: 30, progress: { since: 0, redrive: 0 }, summary: 'working' };

/** An operator who says yes at once. */
const approve: Step = ({ taskToken = '' }, { engine }) => {
  engine.sendTaskSuccess({ taskToken, output: '{"approved":true}' });
  return {};
};

/** A judge by what Step Functions knows of the children; the items of those that failed come back under a redrive. */
const judge: Step = ({ target, attempt }, machine) => {
  const failed = machine.childrenOf(String(target['mapRunArn'])).filter(({ status }) => status !== 'SUCCEEDED');
  if (failed.length === 0) return done();
  if (attempt.redrive <= Number(target['mapRedrive'])) throw new LambdaFunctionError('ChildrenFailed', '{}');
  return { status: 'AGAIN', items: failed.map(({ input }) => input.target), summary: 'again' };
};

/** The deployed machine with stand-ins for its steps; those that nobody names are done at their second pass. */
export class RehearsedMachine {
  readonly requests: { step: string; request: Request }[] = [];
  readonly engine: StepFunctionsEngine;
  /** Project of the execution that has asked for its apps: its other requests need not name it. */
  private readonly projects = new Map<string, unknown>();
  private executionArn = '';

  constructor(steps: Record<string, Step>) {
    const stand: Record<string, Step> = { 'approve-plan': approve, 'judge-children': judge, ...steps };
    this.engine = new StepFunctionsEngine({
      clock: new VirtualClock(Date.parse('2026-01-01T00:00:00Z')),
      accountId: '111122223333',
      partition: 'aws',
      random: seededRandom(1),
      invokeLambda: ({ functionName, payload }) => {
        const name = DEPLOYMENT.functions.find(({ arn }) => arn === functionName)?.name ?? '';
        const step = name.slice(DEPLOYMENT.stackName.length + 1);
        const request = payload as Request;
        this.requests.push({ step, request });
        if (step === 'list-apps') this.projects.set(request.execution.id, request.target['projectId']);
        return Promise.resolve().then(() => (stand[step] ?? twoPasses)(request, this));
      },
      putObject: () => Promise.resolve(),
    });
    for (const machine of DEPLOYMENT.stateMachines) this.engine.registerMachine(machine);
  }

  async run(input: unknown): Promise<Record<string, unknown>> {
    const started = this.engine.startExecution({ stateMachineArn: MACHINE?.arn ?? '', input: JSON.stringify(input) });
    this.executionArn = started.executionArn;
    return this.end();
  }

  redrive(): Promise<Record<string, unknown>> {
    this.engine.redriveExecution({ executionArn: this.executionArn });
    return this.end();
  }

  requestsOf(step: string): Request[] {
    return this.requests.filter((made) => made.step === step).map(({ request }) => request);
  }

  /** Children of a Map Run, with what they were given. */
  childrenOf(mapRunArn: string): { status: unknown; input: Request }[] {
    return this.engine.listExecutions({ mapRunArn }).executions.map(({ executionArn, status }) => {
      const { input } = this.engine.describeExecution({ executionArn: String(executionArn) });
      return { status, input: JSON.parse(String(input)) as Request };
    });
  }

  /** `step act app` of the root's requests, or of a project's and its apps'; passes of one loop once. */
  told(projectId?: string, from = 0): string[] {
    const mine = this.requests.slice(from).filter(({ request }) => this.projectOf(request) === projectId);
    const lines = mine.map(({ step, request: { target } }) =>
      [step, target['act'], target['appId']].filter((part) => part !== undefined).join(' '),
    );
    return lines.filter((line, index) => line !== lines[index - 1]);
  }

  private projectOf({ target, execution }: Request): unknown {
    return target['projectId'] ?? this.projects.get(execution.id);
  }

  private async end(): Promise<Record<string, unknown>> {
    await this.engine.waitForEnd(this.executionArn);
    return this.engine.describeExecution({ executionArn: this.executionArn });
  }
}

export const PROJECTS = [
  { region: 'eu-west-1', projectId: 'shop' },
  { region: 'us-east-1', projectId: 'game' },
];

export const appsOf = (projectId: unknown): Record<string, unknown>[] =>
  PROJECTS.filter((project) => project.projectId === projectId).flatMap((project) =>
    ['web', 'mobile'].map((appId) => ({ ...project, appId })),
  );

/** The answer of *Inspect and plan*. */
export const planned = (changes: Record<string, unknown> = {}): unknown =>
  done({ mode: 'execute', planKey: 'plans/h/plan.json', planHash: 'h', items: PROJECTS, nothing: false, ...changes });

/** Steps of an account with two projects of two apps each. */
export const ACCOUNT_STEPS: Record<string, Step> = {
  'inspect-and-plan': ({ target }) => {
    if (target['act'] === 'confirm') return done();
    const { mode = 'plan' } = target['input'] as unknown as { mode?: string };
    return planned({ mode, output: { hash: 'h' } });
  },
  'list-apps': ({ target }) => done({ items: appsOf(target['projectId']) }),
  report: () => done({ apps: 4 }),
};
