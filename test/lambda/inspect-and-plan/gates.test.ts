import { selectProjects } from '../../../lambda/inspect-and-plan/gates';
import { readInput } from '../../../lambda/inspect-and-plan/input';
import type { FoundProject, World } from '../../../lambda/inspect-and-plan/world';
import { appPlan } from '../support/fixtures';

const { warehouse, refreshStateMachineArn } = appPlan();

const project = (changes: Partial<FoundProject> = {}): FoundProject => ({
  projectId: 'project1',
  pipelineId: 'pipeline1',
  region: 'eu-west-1',
  version: 'v1.1.7-202407020101',
  stackStatus: 'UPDATE_COMPLETE',
  apps: [
    { appId: 'app1', timezone: 'Asia/Shanghai' },
    { appId: 'app2', timezone: 'UTC' },
  ],
  warehouse,
  refreshStateMachineArn,
  ...changes,
});

const world = (found: Partial<FoundProject> = {}, consoleVersion = 'v1.1.7'): World => ({
  console: {
    region: 'eu-west-1',
    stackName: 'console',
    stackId: 'id',
    status: 'UPDATE_COMPLETE',
    version: consoleVersion,
  },
  projects: [project(found)],
});

const problems = (input: unknown, seen: World): { path: string; message: string }[] =>
  selectProjects(readInput(input), seen).problems;

const without = (name: 'warehouse' | 'refreshStateMachineArn'): World => {
  const found = { ...project() };
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the name is one of two
  delete found[name];
  return { ...world(), projects: [found] };
};

const asked = (app: Record<string, unknown>): unknown => ({ projects: [{ projectId: 'project1', apps: [app] }] });

describe('The plan', () => {
  test('takes every app of a project that is at the new data model', () => {
    const { selected, problems: found } = selectProjects(readInput({}), world());
    expect(found).toEqual([]);
    expect(selected.map(({ skip, apps }) => [skip, apps.map(({ appId, selected: is }) => [appId, is])])).toEqual([
      [
        undefined,
        [
          ['app1', true],
          ['app2', true],
        ],
      ],
    ]);
  });

  test('takes only the apps that are asked for', () => {
    const { selected } = selectProjects(readInput(asked({ appId: 'app2' })), world());
    expect(selected[0]?.apps.map(({ selected: is }) => is)).toEqual([false, true]);
    expect(selectProjects(readInput({ projects: [{ projectId: 'project1' }] }), world()).selected).toHaveLength(1);
  });

  test('skips a project without Redshift, and everything when the target has the old data model', () => {
    const { version, ...bare } = project();
    expect(version).toBeDefined();
    expect(selectProjects(readInput({}), { ...world(), projects: [bare] }).selected[0]?.skip).toContain('no Redshift');
    const old = selectProjects(
      readInput({ console: { targetVersion: 'v1.1.5' } }),
      world({ version: 'v1.1.4' }, 'v1.1.4'),
    );
    expect(old).toMatchObject({
      problems: [],
      selected: [{ skip: expect.stringContaining('nothing to migrate') as string }],
    });
  });

  test.each([
    [
      'a console at 1.0.x',
      world({}, 'v1.0.4'),
      'console',
      'upgrade to 1.1.5 first',
      { console: { targetVersion: '1.1.7' } },
    ],
    ['a console whose version cannot be told', world({}, 'latest'), 'console', '"latest"', {}],
    [
      'the release that cannot model Redshift',
      world(),
      'console.targetVersion',
      'v1.1.13',
      { console: { targetVersion: 'v1.1.12' } },
    ],
    ['a pipeline at 1.0.x', world({ version: 'v1.0.3' }), 'projects.project1', '1.1.5 first', {}],
    [
      'a pipeline before the new data model',
      world({ version: 'v1.1.5-1' }),
      'projects.project1',
      'upgrade the pipeline',
      {},
    ],
    [
      'a stack that is not complete',
      world({ stackStatus: 'UPDATE_ROLLBACK_COMPLETE' }),
      'projects.project1',
      'UPDATE_ROLLBACK_COMPLETE',
      {},
    ],
    [
      'a stack in progress',
      world({ stackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' }),
      'projects.project1',
      'IN_PROGRESS',
      {},
    ],
    ['a project without a warehouse', without('warehouse'), 'projects.project1', 'no warehouse', {}],
    [
      'a project without its refresh workflow',
      without('refreshStateMachineArn'),
      'projects.project1',
      'refresh workflow',
      {},
    ],
    [
      'an app without a time zone',
      world({ apps: [{ appId: 'app1' }] }),
      'projects.project1.apps.app1',
      'time zone',
      {},
    ],
    [
      'another time zone than the app has',
      world(),
      'projects.project1.apps.app1.timezone',
      'cannot be changed',
      asked({ appId: 'app1', timezone: 'UTC' }),
    ],
    [
      'an unknown project',
      world(),
      'input.projects.0.projectId',
      'no project other',
      { projects: [{ projectId: 'other' }] },
    ],
    ['an unknown app', world(), 'input.projects.0.apps', 'no app other', asked({ appId: 'other' })],
  ] as const)('refuses %s', (_, seen, path, says, input) => {
    expect(problems(input, seen)).toEqual([{ path, message: expect.stringContaining(says) as string }]);
  });

  test('takes the time zone of the input where the app has none', () => {
    const seen = world({ apps: [{ appId: 'app1' }] });
    expect(problems(asked({ appId: 'app1', timezone: 'UTC' }), seen)).toEqual([]);
    expect(problems({ projects: [{ projectId: 'project1', timezone: 'UTC' }] }, seen)).toEqual([]);
  });

  test('tells all problems of all projects at once', () => {
    const { stackStatus, ...more } = project({ projectId: 'project2', apps: [{ appId: 'app3' }] });
    expect(stackStatus).toBe('UPDATE_COMPLETE');
    const seen = { ...world({ version: 'v1.0.3' }, 'v1.0.4'), projects: [project({ version: 'v1.0.3' }), more] };
    expect(problems({ console: { targetVersion: 'v1.1.12' } }, seen).map(({ path }) => path)).toEqual([
      'console',
      'console.targetVersion',
      'projects.project1',
      'projects.project2',
      'projects.project2.apps.app3',
    ]);
  });
});
