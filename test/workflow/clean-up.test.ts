import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import {
  Choice,
  Condition,
  DefinitionBody,
  Pass,
  QueryLanguage,
  StateMachine,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import cdkJson from '../../cdk.json';
import { StepFunction } from '../../lib/step-function';
import { cleanProjects } from '../../lib/workflow/phases/clean-projects';
import { judgeCleanProjects } from '../../lib/workflow/phases/judge-clean-projects';
import { releaseLock } from '../../lib/workflow/phases/release-lock';
import { takeLock } from '../../lib/workflow/phases/take-lock';
import { VirtualClock } from '../../rehearsal/clock';
import { LambdaFunctionError, StepFunctionsEngine } from '../../rehearsal/engine';
import type { RawTemplate } from '../../rehearsal/template/intrinsics';
import { deploymentOf } from '../../rehearsal/template/template';
import { ACCOUNT, REGION } from '../rehearsal/aws/door-harness';
import { statesOf } from '../support/asl';
import { lintDefinition } from '../support/jsonata-lint';

const PROJECTS = [
  { region: REGION, projectId: 'shop' },
  { region: REGION, projectId: 'empty' },
];

/** Mode cleanup of the workflow, from the lock on. */
function cleanUp(): RawTemplate {
  const app = new App({ context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'ClickstreamUpgrade');
  const step = (name: string): StepFunction =>
    new StepFunction(stack, name, { step: name, environment: {}, permissions: [] });
  const steps = {
    listApps: step('list-apps'),
    verifyParity: step('verify-parity'),
    cleanUp: step('clean-up'),
    judgeChildren: step('judge-children'),
  };
  const bucket = new Bucket(stack, 'Results') as IBucket;
  const end = Succeed.jsonata(stack, 'End', { comment: 'The end.' });
  const projects = cleanProjects(stack, { steps, bucket });
  const released = releaseLock(stack, step('release-lock')).then(end);
  projects.next(judgeCleanProjects(stack, steps).then(released).again(projects));
  const begin = Pass.jsonata(stack, 'Begin', {
    comment: 'As the workflow begins.',
    outputs: `{% {'root': {'id': $states.context.Execution.Id, 'redrive': 0, 'plan': 'p'}, 'passes': 0, 'items': $states.context.Execution.Input.items} %}`,
  });
  const anything = Choice.jsonata(stack, 'Anything', { comment: 'Reaches every state from one start.' })
    .when(Condition.jsonata('{% $count($states.input.items) > 0 %}'), projects)
    .otherwise(end);
  new StateMachine(stack, 'Machine', {
    stateMachineName: 'ClickstreamUpgrade',
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(begin.next(takeLock(stack, step('take-lock')).then(anything))),
  });
  return Template.fromStack(stack).toJSON() as RawTemplate;
}

const place = { partition: 'aws', region: REGION, accountId: ACCOUNT, stackName: 'ClickstreamUpgrade' } as const;
const deployment = deploymentOf({ template: cleanUp(), assetDirectory: () => '/none' }, place);
const [machine] = deployment.stateMachines;
if (machine === undefined) throw new Error('The template has no machine');
const definition = machine.definition;

interface Request {
  target: Record<string, string | number>;
  attempt: { redrive: number };
}

/** Runs the machine; `answer` may throw for a step. */
class Run {
  readonly requests: { step: string; request: Request }[] = [];
  readonly engine: StepFunctionsEngine;
  private readonly arn: string;

  constructor(answer: (step: string, request: Request, engine: StepFunctionsEngine) => unknown) {
    this.engine = new StepFunctionsEngine({
      clock: new VirtualClock(0),
      accountId: ACCOUNT,
      partition: 'aws',
      invokeLambda: ({ functionName, payload }) => {
        const name = deployment.functions.find(({ arn }) => arn === functionName)?.name ?? '';
        const step = name.slice('ClickstreamUpgrade-'.length);
        const request = payload as Request;
        this.requests.push({ step, request });
        return Promise.resolve().then(() => answer(step, request, this.engine));
      },
      putObject: () => Promise.resolve(),
    });
    this.engine.registerMachine({ ...(machine ?? { arn: '', name: '', roleArn: '' }), definition });
    const input = JSON.stringify({ items: PROJECTS });
    this.arn = this.engine.startExecution({ stateMachineArn: machine?.arn ?? '', input }).executionArn;
  }

  ended(): Promise<Record<string, unknown>> {
    return this.engine.waitForEnd(this.arn);
  }

  redrive(): Promise<Record<string, unknown>> {
    this.engine.redriveExecution({ executionArn: this.arn });
    return this.ended();
  }

  /** `step project/app` of every request, in order; the judges and the lock without a name. */
  get told(): string[] {
    return this.requests.map(({ step, request: { target } }) =>
      [step, target['act'], target['projectId'], target['appId']].filter((part) => part !== undefined).join(' '),
    );
  }
}

const done = (result: unknown = {}): unknown => ({ status: 'DONE', result, summary: 's' });

/** Steps of an account whose project `shop` has two apps to clean up. */
function steps(step: string, { target, attempt }: Request, engine: StepFunctionsEngine): unknown {
  if (step === 'list-apps') {
    const apps = target['projectId'] === 'shop' ? ['web', 'mobile'] : [];
    return done({ items: apps.map((appId) => ({ ...PROJECTS[0], appId })) });
  }
  if (step !== 'judge-children') return done();
  const { executions } = engine.listExecutions({ mapRunArn: String(target['mapRunArn']) });
  const failed = executions.filter(({ status }) => status !== 'SUCCEEDED');
  if (failed.length === 0) return done();
  if (attempt.redrive <= Number(target['mapRedrive'])) throw new LambdaFunctionError('ChildrenFailed', '{}');
  const inputs = failed.map(({ executionArn }) =>
    String(engine.describeExecution({ executionArn: String(executionArn) })['input']),
  );
  return { status: 'AGAIN', items: inputs.map((input) => (JSON.parse(input) as Request).target), summary: 's' };
}

describe('Mode cleanup', () => {
  test('has no Catch, a comment on every state, and names and labels of its own', () => {
    expect(lintDefinition(definition)).toEqual([]);
    const maps = statesOf(definition).filter(({ state }) => state.Type === 'Map');
    expect(maps.map(({ name, state }) => [name, state['Label']])).toEqual([
      ['Each project to clean up', 'CleanProjects'],
      ['Each app to clean up', 'CleanApps'],
    ]);
  });

  test('proves each app again before it drops anything of it, one app after the other, under the lock', async () => {
    const run = new Run(steps);
    expect(await run.ended()).toMatchObject({ status: 'SUCCEEDED' });
    const { told } = run;
    expect(told[0]).toBe('take-lock');
    expect(told.at(-1)).toBe('release-lock');
    expect(told.filter((text) => text.startsWith('verify') || text.startsWith('clean'))).toEqual([
      'verify-parity reprove shop web',
      'clean-up shop web',
      'verify-parity reprove shop mobile',
      'clean-up shop mobile',
    ]);
  });

  test('cleans up the other apps when one is refused; the redrive runs only that one, and keeps the lock meanwhile', async () => {
    let refused = true;
    const run = new Run((step, request, engine) => {
      if (refused && step === 'clean-up' && request.target['appId'] === 'web') {
        throw new LambdaFunctionError('CleanUpRefused', '{}');
      }
      return steps(step, request, engine);
    });
    expect(await run.ended()).toMatchObject({ status: 'FAILED', error: 'ChildrenFailed' });
    expect(run.told).toContain('clean-up shop mobile');
    expect(run.told).not.toContain('release-lock');

    refused = false;
    const before = run.requests.length;
    expect(await run.redrive()).toMatchObject({ status: 'SUCCEEDED' });
    const again = run.told.slice(before);
    expect(again).toContain('clean-up shop web');
    expect(again).not.toContain('list-apps empty');
    expect(again.at(-1)).toBe('release-lock');
  });
});
