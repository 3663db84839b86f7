import { VirtualClock } from '../../rehearsal/clock';
import { LambdaFunctionError, StepFunctionsEngine, type EngineEvent } from '../../rehearsal/engine';
import { deployed } from '../support/synth';

/** What a step's Lambda gets; only what the stand-ins below look at. */
interface Request {
  target: Record<string, string | number>;
  attempt: { redrive: number; retry: number };
  root: { id: string; redrive: number; plan?: string };
  execution: { passes: number };
}

type Step = (request: Request) => unknown;

const deployment = deployed('aws');
const done = (result: unknown = {}): unknown => ({ status: 'DONE', result, summary: 'done' });

const projects = [
  { region: 'eu-west-1', projectId: 'shop' },
  { region: 'us-east-1', projectId: 'game' },
];
const appsOf = (projectId: unknown): Record<string, unknown>[] =>
  projects
    .filter((project) => project.projectId === projectId)
    .flatMap((project) => ['web', 'mobile'].map((appId) => ({ ...project, appId })));

/** The deployed machine with stand-ins for its steps: every step is done at its second pass, unless told otherwise. */
class Rehearsed {
  readonly requests: { step: string; request: Request }[] = [];
  readonly events: EngineEvent[] = [];
  readonly engine: StepFunctionsEngine;
  private readonly clock = new VirtualClock(Date.parse('2026-01-01T00:00:00Z'));
  private readonly arn = deployment.stateMachines[0]?.arn ?? '';
  private executionArn = '';

  constructor(steps: Record<string, Step>) {
    this.engine = new StepFunctionsEngine({
      clock: this.clock,
      accountId: '111122223333',
      partition: 'aws',
      random: () => 0.5 + this.requests.length / 1e6,
      invokeLambda: (call) => {
        const step = deployment.functions
          .find(({ arn }) => arn === call.functionName)
          ?.name.split('-')
          .slice(1)
          .join('-');
        const request = call.payload as Request;
        this.requests.push({ step: step ?? '', request });
        return Promise.resolve().then(() => (steps[step ?? ''] ?? twoPasses)(request));
      },
      putObject: () => Promise.resolve(),
      onEvent: (event) => this.events.push(event),
    });
    for (const machine of deployment.stateMachines) this.engine.registerMachine(machine);
  }

  async run(input: unknown): Promise<Record<string, unknown>> {
    const started = this.engine.startExecution({ stateMachineArn: this.arn, input: JSON.stringify(input) });
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

  private async end(): Promise<Record<string, unknown>> {
    await this.engine.waitForEnd(this.executionArn);
    return this.engine.describeExecution({ executionArn: this.executionArn });
  }
}

const twoPasses: Step = (request) =>
  'progress' in request
    ? done()
    : { status: 'IN_PROGRESS', waitSeconds: 30, progress: { since: 0, redrive: 0 }, summary: 'working' };

/** Steps of an account with two projects of two apps each. */
const account: Record<string, Step> = {
  'inspect-and-plan': ({ target }) => {
    const input = target['input'] as unknown as { mode?: string };
    return done({
      mode: input.mode ?? 'plan',
      planKey: 'plans/h/plan.json',
      planHash: 'h',
      items: projects,
      output: { hash: 'h' },
    });
  },
  'list-apps': ({ target }) => done({ items: appsOf(target['projectId']) }),
  'judge-children': () => done(),
  report: () => done({ apps: 4 }),
};

describe('The deployed machine, executed', () => {
  test('ends with the plan, and touches nothing, when a plan is asked for', async () => {
    const rehearsed = new Rehearsed(account);
    const { status, output } = await rehearsed.run({});
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(String(output))).toEqual({ hash: 'h' });
    expect(new Set(rehearsed.requests.map(({ step }) => step))).toEqual(new Set(['inspect-and-plan']));
  });

  test('migrates every app of every project and ends with the report', async () => {
    const rehearsed = new Rehearsed(account);
    const { status, output } = await rehearsed.run({ mode: 'execute' });
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(String(output))).toEqual({ apps: 4 });
    const verified = rehearsed.requestsOf('verify-parity');
    expect(new Set(verified.map(({ target }) => `${target['projectId'] ?? ''}/${target['appId'] ?? ''}`)).size).toBe(4);
    expect(verified.every(({ root }) => root.plan === 'plans/h/plan.json')).toBe(true);
    // Two passes each for the seven steps before it, one for its own first.
    expect(Math.max(...verified.map(({ execution }) => execution.passes))).toBe(15);
  });

  test('reports at once when nothing is left to migrate', async () => {
    const rehearsed = new Rehearsed({
      ...account,
      'inspect-and-plan': () => done({ mode: 'execute', planKey: 'k', planHash: 'h', items: [] }),
    });
    expect(await rehearsed.run({ mode: 'execute' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(rehearsed.requests.map(({ step }) => step)).toEqual(['inspect-and-plan', 'report']);
  });

  test('lets the other apps finish when one fails; a redrive of the root runs only that one again', async () => {
    let repaired = false;
    const fails = ({ target }: Request): boolean =>
      !repaired && target['projectId'] === 'shop' && target['appId'] === 'web';
    const unfinished: Record<string, unknown[]> = { apps: appsOf('shop').slice(0, 1), projects: projects.slice(0, 1) };
    // A judge of the children this rehearsal has: something failed before the repair, and permission comes by redrive.
    const judged = new Set<string>();
    const rehearsed = new Rehearsed({
      ...account,
      'migrate-events': (request) => {
        if (fails(request)) throw new LambdaFunctionError('ProcedureFailed', '{}');
        return twoPasses(request);
      },
      'judge-children': ({ target, attempt }) => {
        const children = String(target['children']);
        const failed = statusesOf(rehearsed, String(target['mapRunArn'])).some((status) => status !== 'SUCCEEDED');
        if (!failed) return done();
        if (attempt.redrive <= Number(target['mapRedrive'])) throw new LambdaFunctionError('ChildrenFailed', '{}');
        judged.add(children);
        return { status: 'AGAIN', items: unfinished[children], summary: 'again' };
      },
    });

    const failed = await rehearsed.run({ mode: 'execute' });
    expect(failed).toMatchObject({ status: 'FAILED', error: 'ChildrenFailed', redriveStatus: 'REDRIVABLE' });
    expect(rehearsed.requestsOf('verify-parity')).toHaveLength(6);

    repaired = true;
    const before = rehearsed.requests.length;
    const redriven = await rehearsed.redrive();
    expect(redriven).toMatchObject({ status: 'SUCCEEDED' });
    const again = rehearsed.requests.slice(before).filter(({ step }) => step === 'check' || step === 'verify-parity');
    // A project that runs again lists all its apps: those that are done answer at once, by evidence.
    expect(new Set(again.map(({ request }) => request.target['projectId']))).toEqual(new Set(['shop']));
    expect(again.every(({ request }) => request.attempt.redrive === 1 && request.root.redrive === 1)).toBe(true);
    expect(judged).toEqual(new Set(['projects']));
  });

  test('retries a statement that timed out in the same state, and tells the step that it is a retry', async () => {
    const retries: number[] = [];
    const rehearsed = new Rehearsed({
      ...account,
      'migrate-events': (request) => {
        retries.push(request.attempt.retry);
        if (request.attempt.retry === 0 && !('progress' in request))
          throw new LambdaFunctionError('StatementTimedOut', '{}');
        return twoPasses(request);
      },
    });
    expect(await rehearsed.run({ mode: 'execute' })).toMatchObject({ status: 'SUCCEEDED' });
    // For each of four apps: time-out, retry that answers IN_PROGRESS, and a new entry of the state.
    expect(retries.toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
  });
});

function statusesOf({ engine }: Rehearsed, mapRunArn: string): unknown[] {
  const { executions } = engine.listExecutions({ mapRunArn }) as { executions: { status: unknown }[] };
  return executions.map(({ status }) => status);
}
