import type { Deployed } from '../../../lambda/inspect-and-plan/console-gates';
import { problemsOutside } from '../../../lambda/inspect-and-plan/gates';
import type { Problem } from '../../../lambda/shared/errors';
import { foundProject, foundTemplate, NEW, OLD, situation, type Situation } from '../support/found';

const DEPLOYED: Deployed = { pipelineTrigger: 'invoke', hasExecutionPolicy: true };

function problems(asked: Situation, deployed: Partial<Deployed> = {}): Problem[] {
  const { input, world, choices } = situation(asked);
  return problemsOutside(input, world, choices, { ...DEPLOYED, ...deployed });
}

const stacks = (type: string, changes: Record<string, string>): ReturnType<typeof foundProject>['stacks'] =>
  foundProject().stacks.map((stack) => (stack.type === type ? { ...stack, ...changes } : stack));

const TO_NEW = { console: { targetVersion: 'v1.1.7' } };
const OLD_CONSOLE = { version: OLD, template: foundTemplate() };
const asked = (app: Record<string, unknown>): unknown => ({ projects: [{ projectId: 'project1', apps: [app] }] });

/** What is wrong, with the one problem that shall be found. */
const REFUSED: [what: string, situation: Situation, path: string, says: string][] = [
  [
    'a console at 1.0.x on the way to the new data model',
    { input: TO_NEW, console: { ...OLD_CONSOLE, version: 'v1.0.3-1' }, projects: [] },
    'console',
    'upgrade to 1.1.5 first',
  ],
  ['a console whose version cannot be told', { console: { version: 'latest' }, projects: [] }, 'console', '"latest"'],
  [
    'the release that cannot model Redshift',
    {
      input: { console: { targetVersion: 'v1.1.12' } },
      console: { ...OLD_CONSOLE, template: foundTemplate({ version: 'v1.1.12' }) },
      projects: [],
    },
    'console.targetVersion',
    'take v1.1.13',
  ],
  [
    'a way back',
    { input: { console: { targetVersion: 'v1.1.6' } }, projects: [] },
    'input.console.targetVersion',
    'no way back',
  ],
  [
    'a template of another release than the target',
    {
      input: { console: { targetVersion: 'v1.1.7', templateUrl: 'https://b.s3.amazonaws.com/t.template.json' } },
      console: { ...OLD_CONSOLE, template: foundTemplate({ version: 'v1.1.8' }) },
      projects: [],
    },
    'input.console.templateUrl',
    'v1.1.8',
  ],
  [
    'a template of another type of deployment',
    {
      input: {
        console: {
          templateUrl: 'https://b.s3.amazonaws.com/v1.1.7/private-exist-vpc-control-plane-stack.template.json',
        },
      },
      console: OLD_CONSOLE,
      projects: [],
    },
    'input.console.templateUrl',
    'another template would replace it',
  ],
  [
    'a deployment that the guide has no template for',
    { input: TO_NEW, console: { version: OLD }, projects: [] },
    'input.console.templateUrl',
    'give the URL',
  ],
  [
    'a template that is not there',
    {
      input: TO_NEW,
      console: { ...OLD_CONSOLE, template: foundTemplate({ error: 'S3 error: The specified key does not exist.' }) },
      projects: [],
    },
    'input.console.templateUrl',
    'The specified key does not exist',
  ],
  [
    'a new parameter without a value',
    { input: TO_NEW, console: { ...OLD_CONSOLE, parameters: {} }, projects: [] },
    'input.console.parameters.Email',
    'give it a value',
  ],
  [
    'another role prefix while there are pipelines',
    {
      input: { console: { targetVersion: 'v1.1.7', parameters: { IamRolePrefix: 'team' } } },
      console: OLD_CONSOLE,
    },
    'input.console.parameters.IamRolePrefix',
    'cannot be changed',
  ],
  [
    'a console that CloudFormation is at work on',
    { input: TO_NEW, console: { ...OLD_CONSOLE, status: 'UPDATE_IN_PROGRESS' }, projects: [] },
    'console',
    'wait until',
  ],
  [
    'a console whose rollback failed',
    { input: TO_NEW, console: { ...OLD_CONSOLE, status: 'UPDATE_ROLLBACK_FAILED' }, projects: [] },
    'console',
    'continue its rollback',
  ],
  [
    'a console that was never completely created',
    { input: TO_NEW, console: { ...OLD_CONSOLE, status: 'ROLLBACK_COMPLETE' }, projects: [] },
    'console',
    'cannot be updated',
  ],
  ['a pipeline at 1.0.x', { projects: [{ version: 'v1.0.3-1' }] }, 'projects.project1', 'upgrade to 1.1.5 first'],
  ['a pipeline without a version', { projects: [{ version: '' }] }, 'projects.project1', 'cannot be told'],
  [
    'a pipeline at work',
    { projects: [{ stacks: stacks('Reporting', { status: 'UPDATE_IN_PROGRESS' }) }] },
    'projects.project1',
    'wait until it has ended',
  ],
  [
    'a pipeline whose workflow is running',
    { projects: [{ record: { templateVersion: NEW, execution: 'RUNNING' } }] },
    'projects.project1',
    'workflow in the web console is running',
  ],
  [
    'a stack whose rollback failed, with the steps of the troubleshooting guide',
    { projects: [{ stacks: stacks('DataModelingRedshift', { status: 'UPDATE_ROLLBACK_FAILED' }) }] },
    'projects.project1',
    'Continue update rollback',
  ],
  [
    'a pipeline that was never completely created',
    {
      projects: [
        {
          stacks: stacks('Reporting', { status: 'CREATE_FAILED' }),
          record: { templateVersion: NEW, lastAction: 'Create' },
        },
      ],
    },
    'projects.project1',
    'press Retry',
  ],
  [
    'an ingestion of one server at the least and at the most',
    { projects: [{ version: OLD, ingestion: { kind: 'ec2', serverMin: 1, serverMax: 1 } }] },
    'projects.project1',
    'raise the maximum',
  ],
  [
    'an app without a time zone',
    { projects: [{ apps: [{ appId: 'app1' }] }] },
    'projects.project1.apps.app1',
    'no reporting time zone',
  ],
  [
    'an app without a time zone that is not even asked for, when its pipeline is upgraded',
    {
      input: asked({ appId: 'app1' }),
      projects: [{ version: OLD, apps: [{ appId: 'app1', timezone: 'UTC' }, { appId: 'app2' }] }],
    },
    'projects.project1.apps.app2',
    'no reporting time zone',
  ],
  [
    'another time zone than the app has',
    { input: asked({ appId: 'app1', timezone: 'UTC' }) },
    'projects.project1.apps.app1.timezone',
    'cannot be changed',
  ],
  [
    'an unknown project',
    { input: { projects: [{ projectId: 'other' }] } },
    'input.projects.0.projectId',
    'no project other',
  ],
  ['an unknown app', { input: asked({ appId: 'other' }) }, 'input.projects.0.apps', 'no app other'],
];

describe('The plan refuses', () => {
  test.each(REFUSED)('%s', (_, found, path, says) => {
    const told = problems(found);
    expect(told).toEqual([{ path, message: expect.stringContaining(says) as string }]);
    // Longer ones are cut in the error's message.
    expect(Math.max(...told.map(({ message }) => message.length))).toBeLessThanOrEqual(300);
  });

  test('a console that nobody may update, with both ways out', () => {
    const found = { input: TO_NEW, console: { ...OLD_CONSOLE, hasServiceRole: false }, projects: [] };
    const [problem, ...others] = problems(found, { hasExecutionPolicy: false });
    expect(others).toEqual([]);
    expect(problem?.message).toMatch(/service role in CloudFormation.*executionPolicy.{0,60}$/);
    expect(problem?.message.length).toBeLessThanOrEqual(300);
    expect(problems(found)).toEqual([]);
    expect(problems({ console: { hasServiceRole: false } }, { hasExecutionPolicy: false })).toEqual([]);
  });

  test('to call a console behind a load balancer without a token, when a pipeline is to be upgraded', () => {
    const found = { console: { behindLoadBalancer: true }, projects: [{ version: OLD }] };
    expect(problems(found)).toEqual([
      { path: 'console', message: expect.stringContaining('pipelineTrigger https') as string },
    ]);
    expect(problems(found, { pipelineTrigger: 'manual' })).toEqual([]);
    expect(problems({ console: { behindLoadBalancer: true } })).toEqual([]);
  });

  test('everything at once', () => {
    const found = problems({
      input: { console: { targetVersion: 'v1.1.12' } },
      console: { ...OLD_CONSOLE, version: 'v1.0.3-1', parameters: {}, template: foundTemplate({ version: 'v1.1.12' }) },
      projects: [
        { version: 'v1.0.3-1', apps: [{ appId: 'app1' }] },
        { projectId: 'project2', stacks: stacks('Reporting', { status: 'UPDATE_IN_PROGRESS' }) },
      ],
    });
    expect(found.map(({ path }) => path)).toEqual([
      'console',
      'console.targetVersion',
      'input.console.parameters.Email',
      'projects.project1',
      'projects.project1.apps.app1',
      'projects.project2',
    ]);
  });
});

describe('The plan accepts', () => {
  test.each<[string, Situation]>([
    ['a console at its target and a pipeline beside it', {}],
    ['an upgrade to the new data model', { input: TO_NEW, console: OLD_CONSOLE, projects: [{ version: OLD }] }],
    [
      'an upgrade of 1.0.x to 1.1.5, which knows no time zones',
      {
        input: { console: { targetVersion: 'v1.1.5' } },
        console: { version: 'v1.0.3-1', template: foundTemplate({ version: 'v1.1.5' }) },
        projects: [{ version: 'v1.0.3-1', apps: [{ appId: 'app1' }] }],
      },
    ],
    [
      'a pipeline whose last upgrade failed, because Retry is offered',
      {
        projects: [{ stacks: stacks('Reporting', { status: 'UPDATE_ROLLBACK_COMPLETE', version: OLD }) }],
      },
    ],
    [
      'a time zone of the input where the app has none',
      { input: asked({ appId: 'app1', timezone: 'UTC' }), projects: [{ apps: [{ appId: 'app1' }] }] },
    ],
    [
      'a time zone of the project for its apps that have none',
      {
        input: { projects: [{ projectId: 'project1', timezone: 'UTC' }] },
        projects: [{ apps: [{ appId: 'app1' }, { appId: 'app2', timezone: 'UTC' }] }],
      },
    ],
    ['one server that is at its target', { projects: [{ ingestion: { kind: 'ec2', serverMin: 1, serverMax: 1 } }] }],
    [
      'a clean-up whatever the pipeline does',
      { input: { mode: 'cleanup' }, projects: [{ stacks: stacks('Reporting', { status: 'UPDATE_IN_PROGRESS' }) }] },
    ],
  ])('%s', (_, found) => {
    expect(problems(found)).toEqual([]);
  });
});
